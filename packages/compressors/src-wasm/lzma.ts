import { badDistance, badSymbol, endsEarly, goesOn, tooLong } from '../src/wasm/failure-codes';
import { copyMatch } from './copy-match';

/**
 * Probabilities of 16 bits, as places in one area. Names and sizes: the LZMA specification of
 * LZMA SDK (lzma-specification.txt).
 */
const states: u32 = 12;
const positionStates: u32 = 16;
const half: u32 = 1024;
const isMatch: u32 = 0;
const isRep: u32 = isMatch + states * positionStates;
const isRepG0: u32 = isRep + states;
const isRepG1: u32 = isRepG0 + states;
const isRepG2: u32 = isRepG1 + states;
const isRep0Long: u32 = isRepG2 + states;
const positionSlot: u32 = isRep0Long + states * positionStates;
const positionSpecial: u32 = positionSlot + 4 * 64;
const align: u32 = positionSpecial + 128;
const matchLength: u32 = align + 16;
const lengthSize: u32 = 2 + 2 * positionStates * 8 + 256;
const repLength: u32 = matchLength + lengthSize;
const literal: u32 = repLength + lengthSize;
const literalSize: u32 = 0x300;
/** lc + lp is 4 at most in LZMA2. */
const total: u32 = literal + (literalSize << 4);
const probabilities: usize = memory.data(32768, 16);

let range: u32 = 0;
let code: u32 = 0;
let position: usize = 0;

let state: u32 = 0;
let rep0: u32 = 0;
let rep1: u32 = 0;
let rep2: u32 = 0;
let rep3: u32 = 0;
let lc: u32 = 0;
let literalMask: u32 = 0;
let positionMask: u32 = 0;
/** The number of bytes since the dictionary was emptied. */
let processed: u32 = 0;

/** Empties the dictionary. */
export function lzmaStart(): void {
  processed = 0;
}

/** Sets the properties. Returns false where they are none of LZMA2. */
export function lzmaProperties(byte: u32): bool {
  if (byte >= 225) {
    return false;
  }
  const pb = byte / 45;
  const rest = byte % 45;
  const lp = rest / 9;
  lc = rest % 9;
  positionMask = (1 << pb) - 1;
  literalMask = (1 << lp) - 1;
  return lc + lp <= 4;
}

export function lzmaResetState(): void {
  state = 0;
  rep0 = 0;
  rep1 = 0;
  rep2 = 0;
  rep3 = 0;
  for (let index: u32 = 0; index < total; index++) {
    store<u16>(probabilities + (index << 1), half);
  }
}

/** Bytes that are stored go into the dictionary. */
export function lzmaStored(count: u32): void {
  processed += count;
}

function bit(index: u32): u32 {
  if (range < 0x1000000) {
    range <<= 8;
    code = (code << 8) | load<u8>(position);
    position++;
  }
  const slot = probabilities + (index << 1);
  const probability: u32 = load<u16>(slot);
  const bound = (range >> 11) * probability;
  if (code < bound) {
    range = bound;
    store<u16>(slot, <u16>(probability + ((2048 - probability) >> 5)));
    return 0;
  }
  range -= bound;
  code -= bound;
  store<u16>(slot, <u16>(probability - (probability >> 5)));
  return 1;
}

/** A number of `count` bits, the highest first. */
function tree(base: u32, count: u32): u32 {
  let symbol: u32 = 1;
  for (let done: u32 = 0; done < count; done++) {
    symbol = (symbol << 1) | bit(base + symbol);
  }
  return symbol - (1 << count);
}

/** A number of `count` bits, the lowest first. */
function reverseTree(base: u32, count: u32): u32 {
  let symbol: u32 = 1;
  let value: u32 = 0;
  for (let done: u32 = 0; done < count; done++) {
    const one = bit(base + symbol);
    symbol = (symbol << 1) | one;
    value |= one << done;
  }
  return value;
}

function directBits(count: u32): u32 {
  let value: u32 = 0;
  for (let done: u32 = 0; done < count; done++) {
    if (range < 0x1000000) {
      range <<= 8;
      code = (code << 8) | load<u8>(position);
      position++;
    }
    range >>= 1;
    const isOne: u32 = code >= range ? 1 : 0;
    code -= range & (0 - isOne);
    value = (value << 1) | isOne;
  }
  return value;
}

function lengthOf(base: u32, positionState: u32): u32 {
  if (bit(base) === 0) {
    return 2 + tree(base + 2 + (positionState << 3), 3);
  }
  if (bit(base + 1) === 0) {
    return 10 + tree(base + 2 + positionStates * 8 + (positionState << 3), 3);
  }
  return 18 + tree(base + 2 + 2 * positionStates * 8, 8);
}

function distanceOf(length: u32): u32 {
  const slot = tree(positionSlot + (min(length - 2, 3) << 6), 6);
  if (slot < 4) {
    return slot;
  }
  const count = (slot >> 1) - 1;
  const distance = (2 | (slot & 1)) << count;
  return slot < 14
    ? distance + reverseTree(positionSpecial + distance - slot, count)
    : distance + (directBits(count - 4) << 4) + reverseTree(align, 4);
}

function literalAt(at: usize, first: usize, now: u32): u32 {
  const before: u32 = at > first ? load<u8>(at - 1) : 0;
  const base = literal + literalSize * (((now & literalMask) << lc) + (before >> (8 - lc)));
  let symbol: u32 = 1;
  if (state >= 7) {
    let match: u32 = load<u8>(at - rep0 - 1);
    let offset: u32 = 0x100;
    do {
      match <<= 1;
      const matched = match & offset;
      const one = bit(base + offset + matched + symbol);
      symbol = (symbol << 1) | one;
      offset &= one !== 0 ? matched : ~matched;
    } while (symbol < 0x100);
    return symbol;
  }
  do {
    symbol = (symbol << 1) | bit(base + symbol);
  } while (symbol < 0x100);
  return symbol;
}

/** Chooses which of the last distances is meant. True for one byte of the very last. */
function isShortRep(positionState: u32): bool {
  if (bit(isRepG0 + state) === 0) {
    return bit(isRep0Long + (state << 4) + positionState) === 0;
  }
  let chosen = rep1;
  if (bit(isRepG1 + state) !== 0) {
    if (bit(isRepG2 + state) === 0) {
      chosen = rep2;
    } else {
      chosen = rep3;
      rep3 = rep2;
    }
    rep2 = rep1;
  }
  rep1 = rep0;
  rep0 = chosen;
  return false;
}

/**
 * Decodes a chunk of LZMA2 that holds `length` bytes to `output`. Matches reach back to `first` at
 * most. Returns 0 or a failure.
 */
export function lzmaChunk(
  input: usize,
  size: usize,
  output: usize,
  length: u32,
  first: usize,
): i32 {
  const inputEnd = input + size;
  const outputEnd = output + length;
  if (size < 5 || load<u8>(input) !== 0) {
    return badSymbol;
  }
  range = 0xffffffff;
  code = bswap<u32>(load<u32>(input, 1));
  position = input + 5;
  let at = output;
  const base = processed;
  while (at < outputEnd) {
    if (position > inputEnd) {
      return endsEarly;
    }
    const now = base + <u32>(at - output);
    const positionState = now & positionMask;
    if (bit(isMatch + (state << 4) + positionState) === 0) {
      if (state >= 7 && <usize>rep0 >= at - first) {
        return badDistance;
      }
      store<u8>(at, <u8>literalAt(at, first, now));
      at++;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let count: u32;
    if (bit(isRep + state) === 0) {
      rep3 = rep2;
      rep2 = rep1;
      rep1 = rep0;
      count = lengthOf(matchLength, positionState);
      rep0 = distanceOf(count);
      state = state < 7 ? 7 : 10;
    } else if (isShortRep(positionState)) {
      count = 1;
      state = state < 7 ? 9 : 11;
    } else {
      count = lengthOf(repLength, positionState);
      state = state < 7 ? 8 : 11;
    }
    if (<usize>rep0 >= at - first) {
      return badDistance;
    }
    if (count > <u32>(outputEnd - at)) {
      return tooLong;
    }
    copyMatch(at, <usize>rep0 + 1, count);
    at += count;
  }
  processed = base + length;
  if (range < 0x1000000) {
    code = (code << 8) | load<u8>(position);
    position++;
  }
  if (position > inputEnd) {
    return endsEarly;
  }
  return position < inputEnd ? goesOn : code === 0 ? 0 : badSymbol;
}
