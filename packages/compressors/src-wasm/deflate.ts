import { adler32 } from './adler32';
import { assignCodes, codeLengths } from './code-lengths';
import {
  count,
  distanceFrequencies,
  distanceSymbol,
  findTokens,
  lengthSymbol,
  literalFrequencies,
  tokens,
} from './find-tokens';
import { fixedCodeLengths, lengthCodeOrder } from './inflate-codes';

/**
 * Code lengths of both alphabets, as the block's head has them: literals and lengths, then directly
 * distances.
 */
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
 * Encodes the `size` bytes at `input`, at most 65,536, as a zlib stream of one block at `output`,
 * and returns its length, or -1 (and writes nothing) where that is over `limit`. Source: RFC 1950
 * and 1951.
 */
export function deflate(input: usize, size: u32, output: usize, limit: u32): i32 {
  const tokensEnd = findTokens(input, size);
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

  // The window's size, and the check bits of these two bytes.
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
  putTokens(tokensEnd);
  store<u64>(position, bits);
  position += (bitCount + 7) >> 3;
  store<u32>(position, bswap<u32>(adler32(input, size, 1)));
  return streamSize;
}

function lengthExtraBits(symbol: u32): u32 {
  return symbol < 8 || symbol === 28 ? 0 : (symbol >> 2) - 1;
}

function distanceExtraBits(symbol: u32): u32 {
  return symbol < 4 ? 0 : (symbol >> 1) - 1;
}

/** Drops unused symbols at the end, but keeps the first `least`. */
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
    sum +=
      load<u32>(literalFrequencies + (symbol << 2)) *
      (<u32>load<u8>(literalLengthsAt + symbol) + extra);
  }
  for (let symbol: u32 = 0; symbol < 30; symbol++) {
    sum +=
      load<u32>(distanceFrequencies + (symbol << 2)) *
      (<u32>load<u8>(distanceLengthsAt + symbol) + distanceExtraBits(symbol));
  }
  return sum;
}

/**
 * Runs of code lengths: 16 repeats the last length 3 to 6 times; 17 and 18 stand for 3 to 10 and 11
 * to 138 zeros.
 */
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
    put(
      (code >> 8) | ((<u32>load<u8>(token, 1)) << (code & 255)),
      (code & 255) + headExtraBits(symbol),
    );
  }
}

function putTokens(tokensEnd: usize): void {
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
      held |=
        (<u64>((code >> 8) | (((length - 3) & ((1 << extra) - 1)) << (code & 255)))) << heldCount;
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
