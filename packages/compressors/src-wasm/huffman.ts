/**
 * Decoding tables of Huffman codes. An entry has 32 bits. Bits 0-5: all the bits it takes (its
 * code's and, for a length or distance, the extra ones). Bits 8-11: those of the code. Bits 12-15:
 * its kind. Bits 16-31: its value.
 */
export const isSubtable: u32 = 1 << 12;
export const isEnd: u32 = 1 << 13;
export const isInvalid: u32 = 1 << 14;
export const isLiteral: u32 = 1 << 15;

/** An entry's length in bits, in both of its places. */
const oneBit: u32 = 0x101;
const longestCode: u32 = 15;

const counts: usize = memory.data(64, 16);
const firsts: usize = memory.data(64, 16);
const sorted: usize = memory.data(640, 16);

/** The number of bits that index the table built last. */
export let builtBits: u32 = 0;

/**
 * Builds at `table` the decoding table of `count` symbols. Their code lengths are the bytes at
 * `lengths`; their entries, less the length, are the words at `templates`. Codes longer than
 * `tableBits` get subtables after the table. Returns false for lengths that form no code.
 * `mayBeSparse` allows what deflate does: no code at all, or a single one of one bit.
 */
export function buildTable(
  table: usize,
  tableBits: u32,
  lengths: usize,
  count: u32,
  templates: usize,
  mayBeSparse: bool,
): bool {
  v128.store(counts, i32x4.splat(0));
  v128.store(counts, i32x4.splat(0), 16);
  v128.store(counts, i32x4.splat(0), 32);
  v128.store(counts, i32x4.splat(0), 48);
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const slot = counts + ((<usize>load<u8>(lengths + symbol)) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
  }
  let longest = longestCode;
  while (longest > 0 && load<u32>(counts + (longest << 2)) === 0) {
    longest--;
  }
  let free: i32 = 1;
  let first: u32 = 0;
  for (let length: u32 = 1; length <= longest; length++) {
    const ofLength = load<u32>(counts + (length << 2));
    store<u32>(firsts + (length << 2), first);
    first += ofLength;
    free = (free << 1) - ofLength;
    if (free < 0) {
      return false;
    }
  }
  if (longest === 0 || free > 0) {
    if (!mayBeSparse || longest > 1) {
      return false;
    }
    return buildSparse(table, lengths, count, templates);
  }
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const length = load<u8>(lengths + symbol);
    if (length !== 0) {
      const slot = firsts + ((<usize>length) << 2);
      const at = load<u32>(slot);
      store<u32>(slot, at + 1);
      store<u16>(sorted + (at << 1), <u16>symbol);
    }
  }
  fillTable(table, min(tableBits, longest), longest, templates);
  return true;
}

/** A code of one bit, with at most one value that has a meaning. */
function buildSparse(table: usize, lengths: usize, count: u32, templates: usize): bool {
  store<u32>(table, isInvalid);
  store<u32>(table, isInvalid, 4);
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    if (load<u8>(lengths + symbol) === 1) {
      store<u32>(table, load<u32>(templates + (symbol << 2)) + oneBit);
    }
  }
  builtBits = 1;
  return true;
}

/**
 * Codes come in the order of their lengths, first bit lowest, as in the stream. A table for codes
 * of n bits is doubled into one for n + 1: all entries so far stay valid whatever the next bit is.
 */
function fillTable(table: usize, tableBits: u32, longest: u32, templates: usize): void {
  builtBits = tableBits;
  let next = sorted;
  let code: u32 = 0;
  let size: usize = 4;
  for (let length: u32 = 1; length <= tableBits; length++) {
    double(table, size);
    size <<= 1;
    const lengthInEntry = length * oneBit;
    const mask: u32 = (1 << length) - 1;
    for (let left = load<u32>(counts + (length << 2)); left > 0; left--) {
      store<u32>(
        table + (code << 2),
        load<u32>(templates + ((<usize>load<u16>(next)) << 2)) + lengthInEntry,
      );
      next += 2;
      code = following(code, mask);
    }
  }
  if (longest === tableBits) {
    return;
  }
  const tableMask: u32 = (1 << tableBits) - 1;
  let subtable: u32 = 1 << tableBits;
  let subtableBits: u32 = 0;
  let prefix: u32 = 0xffffffff;
  for (let length = tableBits + 1; length <= longest; length++) {
    const rest = length - tableBits;
    const mask: u32 = (1 << length) - 1;
    for (let left = load<u32>(counts + (length << 2)); left > 0; left--) {
      if ((code & tableMask) !== prefix) {
        subtable += prefix === 0xffffffff ? 0 : 1 << subtableBits;
        prefix = code & tableMask;
        subtableBits = bitsOfSubtable(length, left, tableBits, longest);
        store<u32>(
          table + (prefix << 2),
          (subtable << 16) | isSubtable | (subtableBits << 8) | tableBits,
        );
      }
      const entry = load<u32>(templates + ((<usize>load<u16>(next)) << 2)) + rest * oneBit;
      next += 2;
      const step: u32 = 1 << rest;
      for (let at = code >> tableBits; at < <u32>(1 << subtableBits); at += step) {
        store<u32>(table + ((subtable + at) << 2), entry);
      }
      code = following(code, mask);
    }
  }
}

/**
 * Codes with the same start follow each other. Takes them until they fill their share; the longest
 * sets the size.
 */
function bitsOfSubtable(length: u32, left: u32, tableBits: u32, longest: u32): u32 {
  let bits = length - tableBits;
  let free: i32 = (1 << bits) - left;
  while (free > 0 && bits + tableBits < longest) {
    bits++;
    free = (free << 1) - load<u32>(counts + ((bits + tableBits) << 2));
  }
  return bits;
}

/** The next code of the same length, first bit lowest: a carry runs from the highest bit down. */
function following(code: u32, mask: u32): u32 {
  const unset = code ^ mask;
  if (unset === 0) {
    return 0;
  }
  const bit: u32 = 1 << (31 - clz(unset));
  return (code & (bit - 1)) | bit;
}

function double(table: usize, size: usize): void {
  if (size < 16) {
    for (let at: usize = 0; at < size; at += 4) {
      store<u32>(table + size + at, load<u32>(table + at));
    }
    return;
  }
  for (let at: usize = 0; at < size; at += 16) {
    v128.store(table + size + at, v128.load(table + at));
  }
}
