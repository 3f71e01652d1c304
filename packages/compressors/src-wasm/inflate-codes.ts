import { buildTable, isEnd, isInvalid, isLiteral } from './huffman';

/** Symbols of a block; their numbers, and all others below, come from RFC 1951. */
const literalSymbols: u32 = 288;
const distanceSymbols: u32 = 32;
const endOfBlock: u32 = 256;

/** Table entries without the code's length. */
export const literalTemplates: usize = memory.data(1152, 16);
export const distanceTemplates: usize = memory.data(128, 16);
export const lengthTemplates: usize = memory.data(76, 16);

/**
 * The number of index bits of each table. Subtables follow it: enough for every complete code
 * (1,334 and 594 entries).
 */
export const literalTableBits: u32 = 10;
export const distanceTableBits: u32 = 8;

const fixedLiterals: usize = memory.data(2048, 16);
const fixedDistances: usize = memory.data(128, 16);
const fixedLengths: usize = memory.data(320, 16);
/** The order in which a block's head gives the lengths of its own code. */
export const lengthCodeOrder: usize = memory.data<u8>([
  16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
]);

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

for (let symbol: u32 = 0; symbol < literalSymbols; symbol++) {
  store<u8>(fixedLengths + symbol, symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8);
}
memory.fill(fixedLengths + literalSymbols, 5, distanceSymbols);

/** Code lengths of blocks that use the fixed codes: 288 literals and lengths, then 32 distances. */
export function fixedCodeLengths(): usize {
  return fixedLengths;
}

let hasFixed: bool = false;

/** The tables of the fixed codes, built when first needed. */
export function fixedLiteralTable(): usize {
  if (!hasFixed) {
    buildTable(
      fixedLiterals,
      fixedLiteralBits,
      fixedLengths,
      literalSymbols,
      literalTemplates,
      false,
    );
    buildTable(
      fixedDistances,
      fixedDistanceBits,
      fixedLengths + literalSymbols,
      distanceSymbols,
      distanceTemplates,
      false,
    );
    hasFixed = true;
  }
  return fixedLiterals;
}

export function fixedDistanceTable(): usize {
  return fixedDistances;
}

export const fixedLiteralBits: u32 = 9;
export const fixedDistanceBits: u32 = 5;
