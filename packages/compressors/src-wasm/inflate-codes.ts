import { buildTable, isEnd, isInvalid, isLiteral } from './huffman';

/** Symbols of a block; their numbers, and all below, are of RFC 1951. */
const literalSymbols: u32 = 288;
const distanceSymbols: u32 = 32;
const endOfBlock: u32 = 256;

/** Entries of the tables less the code's length. */
export const literalTemplates: usize = memory.data(1152, 16);
export const distanceTemplates: usize = memory.data(128, 16);
export const lengthTemplates: usize = memory.data(76, 16);

/** Indexed by this many bits, and subtables behind: enough for every complete code (1,334 and 594 entries). */
export const literalTableBits: u32 = 10;
export const distanceTableBits: u32 = 8;

const fixedLiterals: usize = memory.data(2048, 16);
const fixedDistances: usize = memory.data(128, 16);
const lengths: usize = memory.data(288, 16);

for (let symbol: u32 = 0; symbol < literalSymbols; symbol++) {
  store<u32>(literalTemplates + (symbol << 2), literalTemplate(symbol));
}
for (let symbol: u32 = 0; symbol < distanceSymbols; symbol++) {
  store<u32>(distanceTemplates + (symbol << 2), distanceTemplate(symbol));
}
for (let symbol: u32 = 0; symbol < 19; symbol++) {
  store<u32>(lengthTemplates + (symbol << 2), symbol << 16);
}

function literalTemplate(symbol: u32): u32 {
  if (symbol < endOfBlock) {
    return (symbol << 16) | isLiteral;
  }
  if (symbol === endOfBlock) {
    return isEnd;
  }
  if (symbol === 285) {
    return 258 << 16;
  }
  if (symbol > 285) {
    return isInvalid;
  }
  const code = symbol - 257;
  if (code < 8) {
    return (code + 3) << 16;
  }
  const extraBits = (code >> 2) - 1;
  return ((((4 + (code & 3)) << extraBits) + 3) << 16) | extraBits;
}

function distanceTemplate(code: u32): u32 {
  if (code > 29) {
    return isInvalid;
  }
  if (code < 4) {
    return (code + 1) << 16;
  }
  const extraBits = (code >> 1) - 1;
  return ((((2 + (code & 1)) << extraBits) + 1) << 16) | extraBits;
}

let hasFixed: bool = false;

/** The tables of blocks without codes of their own, built when the first is met. */
export function fixedLiteralTable(): usize {
  if (!hasFixed) {
    for (let symbol: u32 = 0; symbol < literalSymbols; symbol++) {
      store<u8>(lengths + symbol, symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8);
    }
    buildTable(fixedLiterals, fixedLiteralBits, lengths, literalSymbols, literalTemplates, false);
    for (let symbol: u32 = 0; symbol < distanceSymbols; symbol++) {
      store<u8>(lengths + symbol, 5);
    }
    buildTable(fixedDistances, fixedDistanceBits, lengths, distanceSymbols, distanceTemplates, false);
    hasFixed = true;
  }
  return fixedLiterals;
}

export function fixedDistanceTable(): usize {
  return fixedDistances;
}

export const fixedLiteralBits: u32 = 9;
export const fixedDistanceBits: u32 = 5;
