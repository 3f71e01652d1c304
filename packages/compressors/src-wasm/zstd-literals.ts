import { badLiterals } from '../src/wasm/failure-codes';
import { bitsLeft, openStream, readBits } from './zstd-bits';
import { readLog, readTable } from './zstd-fse';

/** A block holds at most 128 KiB. Source: RFC 8878, section 3.1.1.2.3. */
export const blockInBytes: u32 = 131072;
const longestCode: u32 = 11;
const weightLog: u32 = 6;

const buffer: usize = memory.data(131072 + 64, 16);
/** Entries of 16 bits: the symbol, and above it the length of its code. */
const table: usize = memory.data(4096, 16);
const weights: usize = memory.data(512, 16);
const weightTable: usize = memory.data(256, 16);
const ranks: usize = memory.data(64, 16);

/** The literals of a block. */
export let literalsAt: usize = 0;
export let literalsInBytes: u32 = 0;
/** The length of the longest code; 0 where no table was read yet. */
let tableBits: u32 = 0;

export function forgetLiteralTable(): void {
  tableBits = 0;
}

/** Reads the literals section. Returns how many bytes it takes, or a failure. */
export function readLiterals(input: usize, end: usize): i32 {
  const head = load<u64>(input);
  const type = <u32>head & 3;
  const format = (<u32>head >> 2) & 3;
  if (type < 2) {
    const headInBytes: u32 = format === 1 ? 2 : format === 3 ? 3 : 1;
    literalsInBytes =
      format === 1
        ? (<u32>head & 0xffff) >> 4
        : format === 3
          ? (<u32>head & 0xffffff) >> 4
          : (<u32>head & 0xff) >> 3;
    const packed = type === 0 ? literalsInBytes : 1;
    if (literalsInBytes > blockInBytes || input + headInBytes + packed > end) {
      return badLiterals;
    }
    if (type === 0) {
      literalsAt = input + headInBytes;
    } else {
      literalsAt = buffer;
      memory.fill(buffer, load<u8>(input + headInBytes), literalsInBytes);
    }
    return <i32>(headInBytes + packed);
  }
  const width: u32 = format < 2 ? 10 : format === 2 ? 14 : 18;
  const headInBytes: u32 = format < 2 ? 3 : format === 2 ? 4 : 5;
  const mask: u64 = ((<u64>1) << width) - 1;
  literalsInBytes = <u32>((head >> 4) & mask);
  const packed = <u32>((head >> (4 + width)) & mask);
  const start = input + headInBytes;
  const packedEnd = start + packed;
  if (literalsInBytes > blockInBytes || packedEnd > end || packed === 0) {
    return badLiterals;
  }
  let from = start;
  if (type === 2) {
    const length = readTree(start, packedEnd);
    if (length < 0) {
      return length;
    }
    from += length;
  } else if (tableBits === 0) {
    return badLiterals;
  }
  literalsAt = buffer;
  const isRight =
    format === 0 ? decode(from, packedEnd, buffer, literalsInBytes) : decodeFour(from, packedEnd);
  return isRight ? <i32>(headInBytes + packed) : badLiterals;
}

/** Four streams, of which the first three hold as many symbols. */
function decodeFour(from: usize, end: usize): bool {
  if (from + 6 > end || literalsInBytes < 6) {
    return false;
  }
  const each = (literalsInBytes + 3) >> 2;
  const start0 = from + 6;
  const start1 = start0 + load<u16>(from);
  const start2 = start1 + load<u16>(from, 2);
  const start3 = start2 + load<u16>(from, 4);
  if (start3 > end) {
    return false;
  }
  let left0 = openStream(start0, start1) ? bitsLeft : -1;
  let left1 = openStream(start1, start2) ? bitsLeft : -1;
  let left2 = openStream(start2, start3) ? bitsLeft : -1;
  let left3 = openStream(start3, end) ? bitsLeft : -1;
  if (left0 < 0 || left1 < 0 || left2 < 0 || left3 < 0) {
    return false;
  }
  const longest = tableBits;
  const mask: u64 = ((<u64>1) << longest) - 1;
  const last = literalsInBytes - 3 * each;
  const fastEnd = buffer + (last < 5 ? 0 : last - 4);
  let at = buffer;
  // Five symbols of each in turn: of four look-ups none waits for another.
  while (at < fastEnd && left0 >= 64 && left1 >= 64 && left2 >= 64 && left3 >= 64) {
    left0 -= 56;
    left1 -= 56;
    left2 -= 56;
    left3 -= 56;
    const word0 = load<u64>(start0 + (left0 >> 3)) >> (left0 & 7);
    const word1 = load<u64>(start1 + (left1 >> 3)) >> (left1 & 7);
    const word2 = load<u64>(start2 + (left2 >> 3)) >> (left2 & 7);
    const word3 = load<u64>(start3 + (left3 >> 3)) >> (left3 & 7);
    let free0: u32 = 56 - longest;
    let free1 = free0;
    let free2 = free0;
    let free3 = free0;
    for (const next = at + 5; at < next; at++) {
      const entry0 = lookUp(word0, free0, mask);
      const entry1 = lookUp(word1, free1, mask);
      const entry2 = lookUp(word2, free2, mask);
      const entry3 = lookUp(word3, free3, mask);
      store<u8>(at, <u8>entry0);
      store<u8>(at + each, <u8>entry1);
      store<u8>(at + 2 * each, <u8>entry2);
      store<u8>(at + 3 * each, <u8>entry3);
      free0 -= entry0 >> 8;
      free1 -= entry1 >> 8;
      free2 -= entry2 >> 8;
      free3 -= entry3 >> 8;
    }
    left0 += free0 + longest;
    left1 += free1 + longest;
    left2 += free2 + longest;
    left3 += free3 + longest;
  }
  const end0 = buffer + each;
  return (
    decodeRest(start0, left0, at, end0) &&
    decodeRest(start1, left1, at + each, end0 + each) &&
    decodeRest(start2, left2, at + 2 * each, end0 + 2 * each) &&
    decodeRest(start3, left3, at + 3 * each, buffer + literalsInBytes)
  );
}

/** Decodes `count` symbols, which must take the whole stream. */
function decode(start: usize, end: usize, output: usize, count: u32): bool {
  return openStream(start, end) && decodeRest(start, bitsLeft, output, output + count);
}

/** Decodes symbols up to the end of the output, which must take the `left` bits of the stream. */
function decodeRest(start: usize, left: i32, at: usize, outputEnd: usize): bool {
  const longest = tableBits;
  const mask: u64 = ((<u64>1) << longest) - 1;
  // A load of 64 bits at any bit holds 56, and five codes.
  while (left >= 64 && at + 5 <= outputEnd) {
    left -= 56;
    const word = load<u64>(start + (left >> 3)) >> (left & 7);
    let free: u32 = 56 - longest;
    for (const next = at + 5; at < next; at++) {
      const entry = lookUp(word, free, mask);
      store<u8>(at, <u8>entry);
      free -= entry >> 8;
    }
    left += free + longest;
  }
  while (at < outputEnd) {
    let index: u64;
    if (left >= <i32>longest) {
      const bit = left - longest;
      index = (load<u64>(start + (bit >> 3)) >> (bit & 7)) & mask;
    } else {
      index = (load<u64>(start) & (((<u64>1) << left) - 1)) << (longest - left);
    }
    const entry: u32 = load<u16>(table + ((<usize>index) << 1));
    left -= entry >> 8;
    if (left < 0) {
      return false;
    }
    store<u8>(at, <u8>entry);
    at++;
  }
  return left === 0;
}

function lookUp(word: u64, shift: u32, mask: u64): u32 {
  return <u32>load<u16>(table + ((<usize>((word >> shift) & mask)) << 1));
}

/** Reads a Huffman tree and builds its table. Returns how many bytes it takes, or a failure. */
function readTree(input: usize, end: usize): i32 {
  const head: u32 = load<u8>(input);
  let count: u32;
  let length: u32;
  if (head < 128) {
    length = 1 + head;
    if (input + length > end) {
      return badLiterals;
    }
    const read = readWeights(input + 1, input + length);
    if (read < 0) {
      return badLiterals;
    }
    count = <u32>read;
  } else {
    count = head - 127;
    length = 1 + ((count + 1) >> 1);
    if (input + length > end) {
      return badLiterals;
    }
    for (let symbol: u32 = 0; symbol < count; symbol++) {
      const pair: u32 = load<u8>(input + 1 + (symbol >> 1));
      store<u8>(weights + symbol, <u8>((symbol & 1) === 0 ? pair >> 4 : pair & 15));
    }
  }
  return buildTree(count) ? <i32>length : badLiterals;
}

/** Weights by two states in turn, until the stream is used up. Returns their number, or −1. */
function readWeights(input: usize, end: usize): i32 {
  const tableInBytes = readTable(input, end, weightLog, 12, weightTable);
  if (tableInBytes < 0 || !openStream(input + tableInBytes, end)) {
    return -1;
  }
  let even = readBits(readLog);
  let odd = readBits(readLog);
  if (bitsLeft < 0) {
    return -1;
  }
  let count: u32 = 0;
  while (count < 254) {
    const entry = load<u32>(weightTable + (even << 2));
    store<u8>(weights + count, <u8>entry);
    count++;
    even = (entry >> 16) + readBits((entry >> 8) & 255);
    if (bitsLeft < 0) {
      store<u8>(weights + count, <u8>load<u32>(weightTable + (odd << 2)));
      return <i32>(count + 1);
    }
    const other = load<u32>(weightTable + (odd << 2));
    store<u8>(weights + count, <u8>other);
    count++;
    odd = (other >> 16) + readBits((other >> 8) & 255);
    if (bitsLeft < 0) {
      store<u8>(weights + count, <u8>load<u32>(weightTable + (even << 2)));
      return <i32>(count + 1);
    }
  }
  return -1;
}

/** The last weight is not written: it makes the sum of all a power of two. */
function buildTree(given: u32): bool {
  memory.fill(ranks, 0, 64);
  let total: u32 = 0;
  for (let symbol: u32 = 0; symbol < given; symbol++) {
    const weight: u32 = load<u8>(weights + symbol);
    if (weight > longestCode) {
      return false;
    }
    total += (1 << weight) >> 1;
    const slot = ranks + (weight << 2);
    store<u32>(slot, load<u32>(slot) + 1);
  }
  if (total === 0 || given > 255) {
    return false;
  }
  const bits: u32 = 32 - clz(total);
  const left: u32 = (1 << bits) - total;
  if (bits > longestCode || (left & (left - 1)) !== 0) {
    return false;
  }
  const last: u32 = 32 - clz(left);
  store<u8>(weights + given, <u8>last);
  store<u32>(ranks + (last << 2), load<u32>(ranks + (last << 2)) + 1);
  let next: u32 = 0;
  for (let weight: u32 = 1; weight <= bits; weight++) {
    const slot = ranks + (weight << 2);
    const start = next;
    next += load<u32>(slot) << (weight - 1);
    store<u32>(slot, start);
  }
  for (let symbol: u32 = 0; symbol <= given; symbol++) {
    const weight: u32 = load<u8>(weights + symbol);
    if (weight === 0) {
      continue;
    }
    const slot = ranks + (weight << 2);
    const start = load<u32>(slot);
    const length: u32 = (1 << weight) >> 1;
    const entry = <u16>(symbol | ((bits + 1 - weight) << 8));
    for (let at = start; at < start + length; at++) {
      store<u16>(table + (at << 1), entry);
    }
    store<u32>(slot, start + length);
  }
  tableBits = bits;
  return true;
}
