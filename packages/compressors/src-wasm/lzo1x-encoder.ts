import { endOfMatch } from './match-length';

/** The twin of `src/lzo1x-encoder.ts`: the same table, the same steps, the same stream. */
const shortestMatch: u32 = 4;
const tableBits: u32 = 13;
const multiplier: u32 = 0x9e3779b1;
const hastenShift: u32 = 5;
const baseLimit: u32 = 1 << 29;

/**
 * Farthest a match reaches in each form of instruction. Source of all numbers here: Linux
 * Documentation/staging/lzo.rst.
 */
const farthestM2: u32 = 0x800;
const farthestM3: u32 = 0x4000;
const farthestMatch: u32 = 0xbfff;
const longestM2: u32 = 8;
const longestFirstRun: u32 = 238;

/**
 * A slot holds a position plus a base. A value below the base is from an earlier page, so the table
 * needs no clearing.
 */
const table: usize = memory.data(32768, 16);
let base: u32 = 1;

/**
 * Encodes the `size` bytes at `input` to `output`, which has room for their worst stream, and
 * returns the stream's length. At worst 19 literals take 21 bytes and a far match of four takes 3:
 * one byte more for each 23.
 */
export function lzo1xEncode(input: usize, size: u32, output: usize): i32 {
  if (base > baseLimit) {
    memory.fill(table, 0, 32768);
    base = 1;
  }
  let to = output;
  let literalsFrom: u32 = 0;
  // The first four bytes are always literals: a first run of one to three changes the meaning of
  // what follows.
  let at: u32 = 4;
  while (at + shortestMatch <= size) {
    const word = load<u32>(input + at);
    const slot = table + (((word * multiplier) >> (32 - tableBits)) << 2);
    const held = load<u32>(slot);
    store<u32>(slot, at + base);
    const candidate = held - base;
    if (held < base || at - candidate > farthestMatch || load<u32>(input + candidate) !== word) {
      at += 1 + ((at - literalsFrom) >> hastenShift);
      continue;
    }
    const end = endOfMatch(input, candidate + shortestMatch, at + shortestMatch, size);
    to = literals(input + literalsFrom, at - literalsFrom, to, output);
    to = match(at - candidate, end - at, to);
    at = end;
    literalsFrom = end;
  }
  to = literals(input + literalsFrom, size - literalsFrom, to, output);
  store<u8>(to, 0x11);
  store<u16>(to, 0, 1);
  base += size;
  return <i32>(to + 3 - output);
}

function literals(input: usize, count: u32, to: usize, output: usize): usize {
  if (count === 0) {
    return to;
  }
  if (to === output && count <= longestFirstRun) {
    store<u8>(to++, <u8>(17 + count));
  } else if (count <= 3 && to !== output) {
    // Counted in the two bits that every match keeps for it, in its last byte but one.
    store<u8>(to - 2, <u8>(load<u8>(to - 2) | count));
  } else {
    to = instruction(0, count - 3, 15, to);
  }
  for (let done: u32 = 0; done < count; done += 16) {
    v128.store(to + done, v128.load(input + done));
  }
  return to + count;
}

function match(distance: u32, length: u32, to: usize): usize {
  if (distance <= farthestM2 && length <= longestM2) {
    store<u16>(
      to,
      <u16>(((length - 1) << 5) | (((distance - 1) & 7) << 2) | (((distance - 1) >> 3) << 8)),
    );
    return to + 2;
  }
  let operand = distance - 1;
  if (distance <= farthestM3) {
    to = instruction(32, length - 2, 31, to);
  } else {
    operand = distance - farthestM3;
    to = instruction(16 | ((operand >> 11) & 8), length - 2, 7, to);
  }
  store<u16>(to, <u16>(operand << 2));
  return to + 2;
}

/**
 * A count beyond `limit` is written as 0, then a zero byte for each further 255, then the rest,
 * which is never 0.
 */
function instruction(bits: u32, count: u32, limit: u32, to: usize): usize {
  if (count <= limit) {
    store<u8>(to, <u8>(bits | count));
    return to + 1;
  }
  store<u8>(to++, <u8>bits);
  let rest = count - limit;
  for (; rest > 255; rest -= 255) {
    store<u8>(to++, 0);
  }
  store<u8>(to, <u8>rest);
  return to + 1;
}
