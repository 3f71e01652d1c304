import { adler32 } from './adler32';
import { assignCodes, codeLengths } from './code-lengths';
import { fixedCodeLengths, lengthCodeOrder } from './inflate-codes';
import { endOfMatch } from './match-length';

const shortestMatch: u32 = 4;
const longestMatch: u32 = 258;
const farthestMatch: u32 = 32768;
const tableBits: u32 = 12;
const multiplier: u32 = 0x9e3779b1;
const baseLimit: u32 = 1 << 29;
/** A match this long is not looked for a better one. */
const goodMatch: u32 = 24;
/** The longer nothing is found, the wider the search steps: noise costs little so. */
const hastenShift: u32 = 7;

/** Of each hash the last two positions plus base; what lies below base is of an earlier page, so nothing need be cleared. */
const table: usize = memory.data(32768, 16);
let base: u32 = 1;

/** A literal is its byte, a match its length from bit 16 on and its distance below. Room for a page of 65,536 literals. */
const tokens: usize = memory.data(262160, 16);
let tokensEnd: usize = 0;

const literalFrequencies: usize = memory.data(1152, 16);
const distanceFrequencies: usize = memory.data(128, 16);
/** Lengths of both alphabets as the block's head has them: literals and lengths, then at once distances. */
const lengths: usize = memory.data(336, 16);
const distanceLengths: usize = memory.data(48, 16);
const literalCodes: usize = memory.data(1152, 16);
const distanceCodes: usize = memory.data(128, 16);
const headFrequencies: usize = memory.data(80, 16);
const headLengths: usize = memory.data(32, 16);
const headCodes: usize = memory.data(80, 16);
/** The head's run-length symbols, with their extra bits from bit 8 on. */
const headTokens: usize = memory.data(768, 16);

let bits: u64 = 0;
let bitCount: u32 = 0;
let position: usize = 0;

/**
 * Encodes the `size` bytes at `input`, at most 65,536, as a zlib stream of one block at `output`, and returns its length, or -1 (and writes
 * nothing) where that is over `limit`. Source: RFC 1950 and 1951.
 */
export function deflate(input: usize, size: u32, output: usize, limit: u32): i32 {
  memory.fill(literalFrequencies, 0, 1152);
  memory.fill(distanceFrequencies, 0, 128);
  findTokens(input, size);
  store<u32>(literalFrequencies, 1, 1024);

  codeLengths(literalFrequencies, 286, 15, lengths);
  codeLengths(distanceFrequencies, 30, 15, distanceLengths);
  const literals = usedUpTo(lengths, 286, 257);
  const distances = usedUpTo(distanceLengths, 30, 1);
  memory.copy(lengths + literals, distanceLengths, distances);
  const headTokensEnd = findHeadTokens(literals + distances);
  codeLengths(headFrequencies, 19, 7, headLengths);
  let headCount: u32 = 19;
  while (headCount > 4 && load<u8>(headLengths + load<u8>(lengthCodeOrder + headCount - 1)) === 0) {
    headCount--;
  }
  const dynamicBits = 17 + 3 * headCount + headBits(headTokensEnd) + cost(lengths, distanceLengths);
  const fixed = fixedCodeLengths();
  const fixedBits = 3 + cost(fixed, fixed + 288);
  const isFixed = fixedBits <= dynamicBits;
  const streamSize: u32 = 2 + ((min(fixedBits, dynamicBits) + 7) >> 3) + 4;
  if (streamSize > limit) {
    return -1;
  }

  // The window's size, and a check of the two bytes.
  store<u16>(output, 0x0178);
  position = output + 2;
  bits = 0;
  bitCount = 0;
  if (isFixed) {
    put(3, 3);
    assignCodes(fixed, 288, literalCodes);
    assignCodes(fixed + 288, 30, distanceCodes);
  } else {
    putHead(literals, distances, headCount, headTokensEnd);
    assignCodes(lengths, literals, literalCodes);
    assignCodes(distanceLengths, distances, distanceCodes);
  }
  putTokens();
  store<u64>(position, bits);
  position += (bitCount + 7) >> 3;
  store<u32>(position, bswap<u32>(adler32(input, size)));
  return streamSize;
}

function findTokens(input: usize, size: u32): void {
  if (base > baseLimit) {
    memory.fill(table, 0, 32768);
    base = 1;
  }
  let to = tokens;
  let at: u32 = 0;
  let literalsFrom: u32 = 0;
  while (at + shortestMatch <= size) {
    const word = load<u32>(input + at);
    const slot = table + (((word * multiplier) >> (32 - tableBits)) << 3);
    const newer = load<u32>(slot);
    const older = load<u32>(slot, 4);
    store<u32>(slot, at + base);
    store<u32>(slot, newer, 4);
    const end = min(size, at + longestMatch);
    let length: u32 = 0;
    let distance: u32 = 0;
    if (newer >= base && at + base - newer <= farthestMatch && load<u32>(input + newer - base) === word) {
      distance = at + base - newer;
      length = endOfMatch(input, newer - base + shortestMatch, at + shortestMatch, end) - at;
    }
    if (length < goodMatch && older >= base && at + base - older <= farthestMatch && load<u32>(input + older - base) === word) {
      const other = endOfMatch(input, older - base + shortestMatch, at + shortestMatch, end) - at;
      if (other > length) {
        length = other;
        distance = at + base - older;
      }
    }
    if (length === 0) {
      at += 1 + ((at - literalsFrom) >> hastenShift);
      continue;
    }
    to = literalTokens(input, literalsFrom, at, to);
    store<u32>(to, (length << 16) | distance);
    to += 4;
    count(literalFrequencies + ((257 + lengthSymbol(length)) << 2));
    count(distanceFrequencies + (distanceSymbol(distance) << 2));
    const matchEnd = at + length;
    const insertEnd = min(matchEnd, size - 3);
    for (at++; at < insertEnd; at++) {
      const inner = table + (((load<u32>(input + at) * multiplier) >> (32 - tableBits)) << 3);
      store<u32>(inner, load<u32>(inner), 4);
      store<u32>(inner, at + base);
    }
    at = matchEnd;
    literalsFrom = matchEnd;
  }
  tokensEnd = literalTokens(input, literalsFrom, size, to);
  base += size;
}

function literalTokens(input: usize, from: u32, end: u32, to: usize): usize {
  for (let at = from; at < end; at++) {
    const byte: u32 = load<u8>(input + at);
    store<u32>(to, byte);
    to += 4;
    count(literalFrequencies + (byte << 2));
  }
  return to;
}

function count(slot: usize): void {
  store<u32>(slot, load<u32>(slot) + 1);
}

/** Of 29, in the order of the lengths; how many extra bits they have follows from the number. */
function lengthSymbol(length: u32): u32 {
  const rest = length - 3;
  if (rest < 8) {
    return rest;
  }
  if (length === longestMatch) {
    return 28;
  }
  const extra = 29 - clz(rest);
  return (extra << 2) + 4 + ((rest >> extra) & 3);
}

function distanceSymbol(distance: u32): u32 {
  const rest = distance - 1;
  if (rest < 4) {
    return rest;
  }
  const extra = 30 - clz(rest);
  return (extra << 1) + 2 + ((rest >> extra) & 1);
}

function lengthExtraBits(symbol: u32): u32 {
  return symbol < 8 || symbol === 28 ? 0 : (symbol >> 2) - 1;
}

function distanceExtraBits(symbol: u32): u32 {
  return symbol < 4 ? 0 : (symbol >> 1) - 1;
}

/** Symbols behind the last one used are left out, but for the first `least`. */
function usedUpTo(lengthsAt: usize, symbols: u32, least: u32): u32 {
  let used = symbols;
  while (used > least && load<u8>(lengthsAt + used - 1) === 0) {
    used--;
  }
  return used;
}

/** The bits of all tokens and the end in codes of these lengths. */
function cost(literalLengthsAt: usize, distanceLengthsAt: usize): u32 {
  let sum: u32 = 0;
  for (let symbol: u32 = 0; symbol < 286; symbol++) {
    const extra = symbol > 256 ? lengthExtraBits(symbol - 257) : 0;
    sum += load<u32>(literalFrequencies + (symbol << 2)) * (<u32>load<u8>(literalLengthsAt + symbol) + extra);
  }
  for (let symbol: u32 = 0; symbol < 30; symbol++) {
    sum +=
      load<u32>(distanceFrequencies + (symbol << 2)) * (<u32>load<u8>(distanceLengthsAt + symbol) + distanceExtraBits(symbol));
  }
  return sum;
}

/** Runs of code lengths: 16 repeats the last 3 to 6 times, 17 and 18 are 3 to 10 and 11 to 138 zeros. */
function findHeadTokens(total: u32): usize {
  memory.fill(headFrequencies, 0, 80);
  let to = headTokens;
  for (let index: u32 = 0; index < total; ) {
    const length: u32 = load<u8>(lengths + index);
    let run: u32 = 1;
    while (index + run < total && load<u8>(lengths + index + run) === length) {
      run++;
    }
    index += run;
    if (length === 0) {
      for (; run >= 11; run -= min(run, 138)) {
        to = headToken(18 | ((min(run, 138) - 11) << 8), to);
      }
      if (run >= 3) {
        to = headToken(17 | ((run - 3) << 8), to);
        run = 0;
      }
    } else {
      to = headToken(length, to);
      for (run--; run >= 3; run -= min(run, 6)) {
        to = headToken(16 | ((min(run, 6) - 3) << 8), to);
      }
    }
    for (; run > 0; run--) {
      to = headToken(length, to);
    }
  }
  return to;
}

function headToken(token: u32, to: usize): usize {
  count(headFrequencies + ((token & 255) << 2));
  store<u16>(to, <u16>token);
  return to + 2;
}

function headExtraBits(symbol: u32): u32 {
  return symbol < 16 ? 0 : symbol === 16 ? 2 : symbol === 17 ? 3 : 7;
}

function headBits(end: usize): u32 {
  let sum: u32 = 0;
  for (let token = headTokens; token < end; token += 2) {
    const symbol: u32 = load<u8>(token);
    sum += <u32>load<u8>(headLengths + symbol) + headExtraBits(symbol);
  }
  return sum;
}

/** Between two calls at most 56 bits may wait. */
function put(value: u64, count: u32): void {
  bits |= value << bitCount;
  bitCount += count;
  store<u64>(position, bits);
  position += bitCount >> 3;
  bits >>= bitCount & 56;
  bitCount &= 7;
}

function putHead(literals: u32, distances: u32, headCount: u32, headTokensEnd: usize): void {
  assignCodes(headLengths, 19, headCodes);
  put(5 | ((literals - 257) << 3) | ((distances - 1) << 8) | ((headCount - 4) << 13), 17);
  for (let index: u32 = 0; index < headCount; index++) {
    put(load<u8>(headLengths + load<u8>(lengthCodeOrder + index)), 3);
  }
  for (let token = headTokens; token < headTokensEnd; token += 2) {
    const symbol: u32 = load<u8>(token);
    const code = load<u32>(headCodes + (symbol << 2));
    put((code >> 8) | ((<u32>load<u8>(token, 1)) << (code & 255)), (code & 255) + headExtraBits(symbol));
  }
}

function putTokens(): void {
  let held = bits;
  let heldCount = bitCount;
  let to = position;
  for (let token = tokens; token < tokensEnd; token += 4) {
    const value = load<u32>(token);
    const length = value >> 16;
    if (length === 0) {
      const code = load<u32>(literalCodes + (value << 2));
      held |= (<u64>(code >> 8)) << heldCount;
      heldCount += code & 255;
    } else {
      const symbol = lengthSymbol(length);
      let code = load<u32>(literalCodes + ((257 + symbol) << 2));
      let extra = lengthExtraBits(symbol);
      held |= (<u64>((code >> 8) | (((length - 3) & ((1 << extra) - 1)) << (code & 255)))) << heldCount;
      heldCount += (code & 255) + extra;
      const distance = (value & 0xffff) - 1;
      const distanceCode = distanceSymbol(distance + 1);
      code = load<u32>(distanceCodes + (distanceCode << 2));
      extra = distanceExtraBits(distanceCode);
      held |= (<u64>((code >> 8) | ((distance & ((1 << extra) - 1)) << (code & 255)))) << heldCount;
      heldCount += (code & 255) + extra;
    }
    store<u64>(to, held);
    to += heldCount >> 3;
    held >>= heldCount & 56;
    heldCount &= 7;
  }
  const end = load<u32>(literalCodes, 1024);
  bits = held | ((<u64>(end >> 8)) << heldCount);
  bitCount = heldCount + (end & 255);
  position = to;
}
