// In the place of packages/compressors/src/lzo-wasm.ts: lzo-wasm's licence asks that it can be
// replaced, and in one file it could not. The built-in LZO codec needs a processor with SIMD.
export const lzoWasm = {
  name: 'lzo-wasm',
  method: 'lzo',
  isAvailable: () => false,
  decode() {
    throw new Error('lzo-wasm is not in the single executable');
  },
};

export const createLzoWasm = () => lzoWasm;
