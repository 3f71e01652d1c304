export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** By pages of 64 KiB. */
  grow(pages: number): number;
}

/**
 * The part of the platform's WebAssembly used here. TypeScript declares it only in its browser
 * library; @types/node does not.
 */
interface Platform {
  readonly WebAssembly: {
    readonly Module: new (binary: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
}

const modules: Map<string, object> = new Map();

/**
 * A new instance, with a memory of its own, of a module that is compiled once. Compiles while the
 * caller waits, so it is only for small modules. Throws what the platform throws, also where it has
 * no WebAssembly.
 */
export function instantiate(base64: string): unknown {
  const { Module, Instance } = (globalThis as unknown as Platform).WebAssembly;
  let module = modules.get(base64);
  if (module === undefined) {
    module = new Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
    modules.set(base64, module);
  }
  return new Instance(module).exports;
}
