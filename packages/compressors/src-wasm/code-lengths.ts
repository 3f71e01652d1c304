/** Symbols sorted by how often they occur: the symbol in the low 16 bits, the frequency above. */
const order: usize = memory.data(1280, 16);
const spare: usize = memory.data(1280, 16);
const buckets: usize = memory.data(1024, 16);
/** Work area of the tree: frequencies, then parents, then depths. */
const tree: usize = memory.data(1280, 16);
const perLength: usize = memory.data(2048, 16);
const nextCode: usize = memory.data(64, 16);

/**
 * Gives each of `count` symbols the length of its Huffman code: 1 to `longest` bits, or 0 where it
 * never occurs. The lengths are bytes at `lengths`; the frequencies are words at `frequencies`,
 * each below 65,536. A lone symbol gets a code of one bit.
 */
export function codeLengths(frequencies: usize, count: u32, longest: u32, lengths: usize): void {
  const used = sortUsed(frequencies, count);
  memory.fill(lengths, 0, count);
  if (used < 2) {
    if (used === 1) {
      store<u8>(lengths + load<u16>(order), 1);
    }
    return;
  }
  buildDepths(used);
  memory.fill(perLength, 0, (longest + 1) << 2);
  for (let index: u32 = 0; index < used; index++) {
    const slot = perLength + (min(load<u32>(tree + (index << 2)), longest) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
  }
  limitLengths(longest);
  // The rarest symbols come first and have the longest codes.
  let index: u32 = 0;
  for (let length = longest; length > 0; length--) {
    for (let left = load<u32>(perLength + (length << 2)); left > 0; left--) {
      store<u8>(lengths + load<u16>(order + (index << 2)), <u8>length);
      index++;
    }
  }
}

/**
 * Canonical codes of these lengths, first bit lowest, as words: the code from bit 8 on, its length
 * below. Source: RFC 1951, 3.2.2.
 */
export function assignCodes(lengths: usize, count: u32, codes: usize): void {
  memory.fill(nextCode, 0, 64);
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const slot = nextCode + ((<usize>load<u8>(lengths + symbol)) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
  }
  let code: u32 = 0;
  let before: u32 = 0;
  for (let length: u32 = 1; length < 16; length++) {
    const slot = nextCode + (length << 2);
    code = (code + before) << 1;
    before = load<u32>(slot);
    store<u32>(slot, code);
  }
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const length: u32 = load<u8>(lengths + symbol);
    if (length > 0) {
      const slot = nextCode + (length << 2);
      const value = load<u32>(slot);
      store<u32>(slot, value + 1);
      store<u32>(codes + (symbol << 2), ((reversed(value) >> (16 - length)) << 8) | length);
    }
  }
}

/** Of 16 bits. */
function reversed(value: u32): u32 {
  let bits = ((value & 0x5555) << 1) | ((value >> 1) & 0x5555);
  bits = ((bits & 0x3333) << 2) | ((bits >> 2) & 0x3333);
  bits = ((bits & 0x0f0f) << 4) | ((bits >> 4) & 0x0f0f);
  return ((bits & 0xff) << 8) | (bits >> 8);
}

function sortUsed(frequencies: usize, count: u32): u32 {
  let used: u32 = 0;
  let all: u32 = 0;
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const frequency = load<u32>(frequencies + (symbol << 2));
    if (frequency !== 0) {
      store<u32>(order + (used << 2), (frequency << 16) | symbol);
      all |= frequency;
      used++;
    }
  }
  sortByByte(order, spare, used, 16);
  if (all > 255) {
    sortByByte(spare, order, used, 24);
  } else {
    memory.copy(order, spare, used << 2);
  }
  return used;
}

function sortByByte(from: usize, to: usize, count: u32, shift: u32): void {
  memory.fill(buckets, 0, 1024);
  for (let index: u32 = 0; index < count; index++) {
    const slot = buckets + (((load<u32>(from + (index << 2)) >> shift) & 255) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
  }
  let start: u32 = 0;
  for (let slot = buckets; slot < buckets + 1024; slot += 4) {
    const size = load<u32>(slot);
    store<u32>(slot, start);
    start += size;
  }
  for (let index: u32 = 0; index < count; index++) {
    const entry = load<u32>(from + (index << 2));
    const slot = buckets + (((entry >> shift) & 255) << 2);
    const at = load<u32>(slot);
    store<u32>(slot, at + 1);
    store<u32>(to + (at << 2), entry);
  }
}

/** Word `index` of the tree. */
function at(index: u32): usize {
  return tree + (index << 2);
}

/**
 * The depths of a Huffman tree's leaves, the rarest first, in place of their frequencies. Source:
 * A. Moffat, J. Katajainen, In-place calculation of minimum-redundancy codes (1995).
 */
function buildDepths(count: u32): void {
  for (let index: u32 = 0; index < count; index++) {
    store<u32>(at(index), load<u32>(order + (index << 2)) >> 16);
  }
  let root: u32 = 0;
  let leaf: u32 = 2;
  store<u32>(at(0), load<u32>(at(0)) + load<u32>(at(1)));
  for (let next: u32 = 1; next < count - 1; next++) {
    let sum: u32;
    if (leaf >= count || load<u32>(at(root)) < load<u32>(at(leaf))) {
      sum = load<u32>(at(root));
      store<u32>(at(root), next);
      root++;
    } else {
      sum = load<u32>(at(leaf));
      leaf++;
    }
    if (leaf >= count || (root < next && load<u32>(at(root)) < load<u32>(at(leaf)))) {
      sum += load<u32>(at(root));
      store<u32>(at(root), next);
      root++;
    } else {
      sum += load<u32>(at(leaf));
      leaf++;
    }
    store<u32>(at(next), sum);
  }
  store<u32>(at(count - 2), 0);
  for (let next: i32 = count - 3; next >= 0; next--) {
    store<u32>(at(next), load<u32>(at(load<u32>(at(next)))) + 1);
  }
  let inner: i32 = count - 2;
  let next: i32 = count - 1;
  let depth: u32 = 0;
  for (let available: u32 = 1; available > 0; depth++) {
    let internal: u32 = 0;
    while (inner >= 0 && load<u32>(at(inner)) === depth) {
      internal++;
      inner--;
    }
    for (; available > internal; available--) {
      store<u32>(at(next), depth);
      next--;
    }
    available = internal << 1;
  }
}

/** Where lengths were cut, the code has too many words. Shorter ones grow until it fits. */
function limitLengths(longest: u32): void {
  let total: u32 = 0;
  for (let length: u32 = 1; length <= longest; length++) {
    total += load<u32>(perLength + (length << 2)) << (longest - length);
  }
  for (; total > (<u32>1) << longest; total--) {
    let length = longest - 1;
    while (load<u32>(perLength + (length << 2)) === 0) {
      length--;
    }
    const last = perLength + (longest << 2);
    store<u32>(last, load<u32>(last) - 1);
    const slot = perLength + (length << 2);
    store<u32>(slot, load<u32>(slot) - 1);
    store<u32>(slot + 4, load<u32>(slot + 4) + 2);
  }
}
