// What the decoders in WebAssembly return in place of a length. `src-wasm` imports this file too,
// so it holds nothing but integers.

export const endsEarly = -1;
export const tooLong = -2;
/** The stream ended before the input did. */
export const goesOn = -3;

export const noZlibHeader = -4;
export const wantsDictionary = -5;
export const badChecksum = -6;
export const badBlockType = -7;
export const badStoredLength = -8;
export const badCodeLengths = -9;
export const badSymbol = -10;
export const badDistance = -11;

export const badFirstMatch = -12;
export const badEndMarker = -13;
export const badDeclaredLength = -14;

export const badLiterals = -15;
export const badSequences = -16;
export const badProbabilities = -17;
