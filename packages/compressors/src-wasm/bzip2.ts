import {
  badCodeLengths,
  badDeclaredLength,
  badSymbol,
  endsEarly,
  tooLong,
} from '../src/wasm/failure-codes';

/**
 * Decodes one block of bzip2 at a time: Huffman codes, moves to the front, the inverse of Burrows
 * and Wheeler's transform. What that gives is written piece by piece, because runs make a block of
 * 900 KB up to 46 MB. Source: the bzip2 file format, as Linux's lib/decompress_bunzip2.c and the
 * format's informal specification describe it.
 */
const groupInSymbols: u32 = 50;
const mostGroups: u32 = 6;
const mostSymbols: u32 = 258;
const longestCode: u32 = 20;
const fastBits: u32 = 10;
const crcPolynomial: u32 = 0x04c11db7;

const selectors: usize = memory.data(32768, 16);
const lengths: usize = memory.data(512, 16);
/** Of each group: the symbol, and above it the length of its code; 0 for longer codes. */
const fastTables: usize = memory.data(12288, 16);
/** Of each group and length: the first code that is longer, and what to add to get a place. */
const limits: usize = memory.data(576, 16);
const bases: usize = memory.data(576, 16);
const symbols: usize = memory.data(3120, 16);
const front: usize = memory.data(256, 16);
const counts: usize = memory.data(1024, 16);
const crcTable: usize = memory.data(1024, 16);

for (let byte: u32 = 0; byte < 256; byte++) {
  let remainder = byte << 24;
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder << 1) ^ ((remainder >> 31) * crcPolynomial);
  }
  store<u32>(crcTable + (byte << 2), remainder);
}

let input: usize = 0;
/** The next bit, and the number of all. */
let position: u32 = 0;
let bitsEnd: u32 = 0;

let vector: usize = 0;
let left: u32 = 0;
let at: u32 = 0;
let run: u32 = 0;
let repeats: u32 = 0;
let last: u32 = 0;
let crc: u32 = 0;

function peek(count: u32): u32 {
  return <u32>((bswap<u64>(load<u64>(input + (position >> 3))) << (position & 7)) >> (64 - count));
}

function take(count: u32): u32 {
  const value = peek(count);
  position += count;
  return value;
}

/** The bit after the block that was read last. */
export function bzip2Bit(): u32 {
  return position;
}

/** The checksum of what was written of the block. */
export function bzip2Crc(): u32 {
  return ~crc;
}

/**
 * Reads a block, from the bit after its checksum on. `words` has room for `limit` words. Returns 0
 * or a failure.
 */
export function bzip2Read(bytes: usize, firstBit: u32, size: usize, words: usize, limit: u32): i32 {
  input = bytes;
  position = firstBit;
  bitsEnd = (<u32>size) << 3;
  vector = words;
  left = 0;
  if (take(1) !== 0) {
    return badDeclaredLength;
  }
  const origin = take(24);
  const used = readUsed();
  const alphabet = used + 2;
  const groups = take(3);
  const selectorCount = take(15);
  if (used === 0 || groups < 2 || groups > mostGroups || selectorCount === 0) {
    return badCodeLengths;
  }
  let status = readSelectors(groups, selectorCount);
  for (let group: u32 = 0; status === 0 && group < groups; group++) {
    status = readCode(group, alphabet);
  }
  if (status !== 0) {
    return status;
  }
  memory.fill(counts, 0, 1024);
  const length = readSymbols(selectorCount, alphabet - 1, limit);
  if (length < 0) {
    return length;
  }
  if (origin >= <u32>length) {
    return badDeclaredLength;
  }
  link(<u32>length);
  left = <u32>length;
  at = load<u32>(words + (origin << 2)) >> 8;
  run = 0;
  repeats = 0;
  crc = 0xffffffff;
  return 0;
}

/** Writes at most `room` bytes of the block, and returns how many; 0 at its end. */
export function bzip2Write(output: usize, room: u32): u32 {
  let to = output;
  const end = output + room;
  let sum = crc;
  while (to < end && (left > 0 || repeats > 0)) {
    if (repeats > 0) {
      const count = min(repeats, <u32>(end - to));
      for (let done: u32 = 0; done < count; done++) {
        store<u8>(to, <u8>last);
        to++;
        sum = (sum << 8) ^ load<u32>(crcTable + (((sum >> 24) ^ last) << 2));
      }
      repeats -= count;
      continue;
    }
    const word = load<u32>(vector + (at << 2));
    const byte = word & 255;
    at = word >> 8;
    left--;
    if (run === 4) {
      repeats = byte;
      run = 0;
      continue;
    }
    store<u8>(to, <u8>byte);
    to++;
    sum = (sum << 8) ^ load<u32>(crcTable + (((sum >> 24) ^ byte) << 2));
    run = run > 0 && byte === last ? run + 1 : 1;
    last = byte;
  }
  crc = sum;
  return <u32>(to - output);
}

/** The bytes that occur, in order, to the front. Returns their number. */
function readUsed(): u32 {
  const ranges = take(16);
  let used: u32 = 0;
  for (let range: u32 = 0; range < 16; range++) {
    if (((ranges >> (15 - range)) & 1) === 0) {
      continue;
    }
    const bits = take(16);
    for (let byte: u32 = 0; byte < 16; byte++) {
      if (((bits >> (15 - byte)) & 1) !== 0) {
        store<u8>(front + used, <u8>((range << 4) + byte));
        used++;
      }
    }
  }
  return used;
}

function readSelectors(groups: u32, count: u32): i32 {
  let order: u64 = 0x050403020100;
  for (let index: u32 = 0; index < count; index++) {
    let which: u32 = 0;
    while (take(1) !== 0) {
      which++;
      if (which >= groups) {
        return badCodeLengths;
      }
    }
    if (position > bitsEnd) {
      return endsEarly;
    }
    const shift = which << 3;
    const chosen = (order >> shift) & 255;
    const before = order & (((<u64>1) << shift) - 1);
    const after = which === 7 ? 0 : (order >> (shift + 8)) << (shift + 8);
    order = after | (before << 8) | chosen;
    store<u8>(selectors + index, <u8>chosen);
  }
  return 0;
}

/** Reads the lengths of a group's codes, and builds its tables. Returns 0 or a failure. */
function readCode(group: u32, alphabet: u32): i32 {
  let length = take(5);
  for (let symbol: u32 = 0; symbol < alphabet; symbol++) {
    for (;;) {
      if (length < 1 || length > longestCode) {
        return badCodeLengths;
      }
      if (take(1) === 0) {
        break;
      }
      length += take(1) === 0 ? 1 : -1;
    }
    if (position > bitsEnd) {
      return endsEarly;
    }
    store<u8>(lengths + symbol, <u8>length);
  }
  const fast = fastTables + (group << (fastBits + 1));
  const limit = limits + group * 96;
  const base = bases + group * 96;
  const sorted = symbols + group * 520;
  memory.fill(fast, 0, 1 << (fastBits + 1));
  let code: u32 = 0;
  let place: u32 = 0;
  for (let bits: u32 = 1; bits <= longestCode; bits++) {
    store<u32>(base + (bits << 2), place - code);
    for (let symbol: u32 = 0; symbol < alphabet; symbol++) {
      if (<u32>load<u8>(lengths + symbol) !== bits) {
        continue;
      }
      store<u16>(sorted + (place << 1), <u16>symbol);
      if (bits <= fastBits && code >> bits === 0) {
        const entry = <u16>(symbol | (bits << 9));
        const start = code << (fastBits - bits);
        for (let index = start; index < start + (1 << (fastBits - bits)); index++) {
          store<u16>(fast + (index << 1), entry);
        }
      }
      code++;
      place++;
    }
    if (code > (<u32>1) << bits) {
      return badCodeLengths;
    }
    store<u32>(limit + (bits << 2), code << (longestCode - bits));
    code <<= 1;
  }
  return 0;
}

/** Decodes all symbols to bytes, the low bits of the words. Returns their number or a failure. */
function readSymbols(selectorCount: u32, endSymbol: u32, limit: u32): i32 {
  let length: u32 = 0;
  let runLength: u32 = 0;
  let runBit: u32 = 1;
  for (let selector: u32 = 0; selector < selectorCount; selector++) {
    const group: u32 = load<u8>(selectors + selector);
    if (position > bitsEnd) {
      return endsEarly;
    }
    for (let symbolLeft = groupInSymbols; symbolLeft > 0; symbolLeft--) {
      const symbol = readSymbol(group);
      if (symbol < 2) {
        runLength += runBit << symbol;
        runBit <<= 1;
        if (runLength > limit) {
          return tooLong;
        }
        continue;
      }
      if (runLength > 0) {
        if (runLength > limit - length) {
          return tooLong;
        }
        const byte: u32 = load<u8>(front);
        const slot = counts + (byte << 2);
        store<u32>(slot, load<u32>(slot) + runLength);
        for (const end = length + runLength; length < end; length++) {
          store<u32>(vector + (length << 2), byte);
        }
        runLength = 0;
        runBit = 1;
      }
      if (symbol >= endSymbol) {
        return symbol === endSymbol ? <i32>length : badSymbol;
      }
      if (length >= limit) {
        return tooLong;
      }
      const byte: u32 = load<u8>(front + symbol - 1);
      memory.copy(front + 1, front, symbol - 1);
      store<u8>(front, <u8>byte);
      const slot = counts + (byte << 2);
      store<u32>(slot, load<u32>(slot) + 1);
      store<u32>(vector + (length << 2), byte);
      length++;
    }
  }
  return badSymbol;
}

/** Returns a symbol beyond all for a code that stands for nothing. */
function readSymbol(group: u32): u32 {
  const word = peek(longestCode);
  const entry: u32 = load<u16>(
    fastTables + (group << (fastBits + 1)) + ((word >> (longestCode - fastBits)) << 1),
  );
  if (entry !== 0) {
    position += entry >> 9;
    return entry & 511;
  }
  const limit = limits + group * 96;
  for (let bits: u32 = 1; bits <= longestCode; bits++) {
    if (word < load<u32>(limit + (bits << 2))) {
      position += bits;
      const place = (word >> (longestCode - bits)) + load<u32>(bases + group * 96 + (bits << 2));
      return place < mostSymbols ? load<u16>(symbols + group * 520 + (place << 1)) : mostSymbols;
    }
  }
  return mostSymbols;
}

/** Links each byte to the one that follows it: in the high 24 bits of the words. */
function link(length: u32): void {
  let start: u32 = 0;
  for (let byte: u32 = 0; byte < 256; byte++) {
    const slot = counts + (byte << 2);
    const count = load<u32>(slot);
    store<u32>(slot, start);
    start += count;
  }
  for (let index: u32 = 0; index < length; index++) {
    const slot = counts + ((load<u32>(vector + (index << 2)) & 255) << 2);
    const place = load<u32>(slot);
    store<u32>(slot, place + 1);
    const target = vector + (place << 2);
    store<u32>(target, load<u32>(target) | (index << 8));
  }
}
