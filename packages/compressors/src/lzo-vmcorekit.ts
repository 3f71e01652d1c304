import type { Compressor } from '@vmcorekit/core';
import { hasWasmCodecs, wasmCodecs } from './wasm/wasm-codecs.ts';

const name = 'lzo-vmcorekit';

/**
 * LZO1X both ways, by this package's own WebAssembly. Encodes the same stream as `lzo-wasm` does.
 */
export const lzoVmcorekit: Compressor = {
  name,
  method: 'lzo',
  isAvailable: hasWasmCodecs,
  decode: (input, output) => wasmCodecs().decode(name, 'lzo1xDecode', input, output),
  encode: (input, output) => wasmCodecs().encodeLzo1x(input, output),
};
