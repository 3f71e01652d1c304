declare module 'lzo-wasm/lzo-wasm.js' {
  export interface LzoModule {
    /** All of its memory, which never grows. */
    readonly HEAPU8: Uint8Array;
    readonly _malloc: (sizeInBytes: number) => number;
    readonly _free: (pointer: number) => void;
    readonly _decompress: (
      input: number,
      inputSizeInBytes: number,
      outputSizeInBytes: number,
    ) => number;
  }
  export default function createModule(options: { wasmBinary: Uint8Array }): Promise<LzoModule>;
}
