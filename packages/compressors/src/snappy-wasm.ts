import type { Compressor } from '@vmcorekit/core';
import { snappySnappyjs } from './snappy-snappyjs.ts';
import { hasWasmCodecs, wasmCodecs } from './wasm/wasm-codecs.ts';

const name = 'snappy-wasm';

/**
 * Snappy (raw blocks, no framing), decoded by this package in WebAssembly and encoded by snappyjs.
 */
export const snappyWasm: Compressor = {
  name,
  method: 'snappy',
  isAvailable: hasWasmCodecs,
  decode: (input, output) => wasmCodecs().decode(name, 'snappyDecode', input, output),
  encode: (input, output) => snappySnappyjs.encode?.(input, output) ?? -1,
};
