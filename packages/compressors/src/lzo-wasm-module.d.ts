declare module 'lzo-wasm/lzo-wasm.js' {
  export interface LzoModule {
    readonly HEAPU8: Uint8Array;
    _malloc(sizeInBytes: number): number;
    _free(pointer: number): void;
    _decompress(input: number, inputSizeInBytes: number, outputSizeInBytes: number): number;
  }
  export default function createModule(options: { wasmBinary: Uint8Array }): Promise<LzoModule>;
}
