// What a decoder of a stream returns where it has to stop. Failures are negative
// (failure-codes.ts). `src-wasm` imports this file too, so it holds nothing but integers.

/** The input is used up, and is not the last. */
export const wantsInput = 0;
/** The output holds what was asked for. */
export const isFull = 1;
/** The stream has ended. */
export const hasEnded = 2;
