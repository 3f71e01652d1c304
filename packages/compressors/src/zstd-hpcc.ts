import { type Compressor, VmcorekitError } from '@vmcorekit/core';
import { placed } from './bad-data.ts';
import { zstdWasm } from './zstd-wasm.ts';

const name = 'zstd-hpcc';
/**
 * zstd's default. Measured on 4 KiB pages of a guest: level 1 takes as long (53 µs) and makes them
 * 2 % larger.
 */
const level = 3;

let encode: ((page: Uint8Array) => Uint8Array) | undefined;

/**
 * The reference zstd encoder in WebAssembly (@hpcc-js/wasm-zstd). It is a separate codec, so only
 * writers load it. Decodes as `zstd-wasm` does.
 */
export const zstdHpcc: Compressor = {
  name,
  method: 'zstd',
  isAvailable: () => zstdWasm.isAvailable(),
  async prepare() {
    await zstdWasm.prepare?.();
    const { Zstd } = await import('@hpcc-js/wasm-zstd');
    const zstd = await Zstd.load();
    encode = (page) => zstd.compress(page, level);
  },
  decode: (input, output) => zstdWasm.decode(input, output),
  encode(input, output) {
    if (encode === undefined) {
      throw new VmcorekitError('contract', { what: `${name} was used before prepare()` });
    }
    return placed(encode(input), output);
  },
};
