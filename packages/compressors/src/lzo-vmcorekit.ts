import type { Compressor } from '@vmcorekit/core';
import { hasWasmCodecs, wasmCodecs } from './wasm/wasm-codecs.ts';

const name = 'lzo-vmcorekit';

/**
 * LZO1X both ways, of this package, in WebAssembly. Encodes to the very stream that `lzo-wasm`'s
 * encoder makes.
 */
export const lzoVmcorekit: Compressor = {
  name,
  method: 'lzo',
  isAvailable: hasWasmCodecs,
  decode: (input, output) => wasmCodecs().decode(name, 'lzo1xDecode', input, output),
  encode: (input, output) => wasmCodecs().encodeLzo1x(input, output),
};
