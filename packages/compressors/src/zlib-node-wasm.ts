import type { Compressor } from '@vmcorekit/core';
import { zlibNode } from './zlib-node.ts';
import { zlibWasm } from './zlib-wasm.ts';

/**
 * `zlib-wasm` has to be compiled, and compiled again when it runs hot: 350 pages take as long with
 * `node:zlib`, fewer less. Who reads on past this many has that back after as many more.
 */
const pagesBeforeWasm = 400;
let pages = 0;

/** `zlib-wasm`, but `zlib-node` decodes the few pages that most commands read. */
export const zlibNodeWasm: Compressor = {
  name: 'zlib-node-wasm',
  method: 'zlib',
  isAvailable: () => zlibNode.isAvailable() && 'WebAssembly' in globalThis,
  decode(input, output) {
    if (pages < pagesBeforeWasm) {
      pages++;
      try {
        return zlibNode.decode(input, output);
      } catch {
        // Refused again, in words that do not depend on how many pages came before.
      }
    }
    return (zlibWasm.isAvailable() ? zlibWasm : zlibNode).decode(input, output);
  },
  // Never one here and the other there: a file does not depend on how many threads wrote it.
  encode: (input, output) =>
    (zlibWasm.isAvailable() ? zlibWasm : zlibNode).encode?.(input, output) ?? -1,
};
