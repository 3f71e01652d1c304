import type { Compressor } from '@vmcorekit/core';
import { zlibNode } from './zlib-node.ts';
import { zlibWasm } from './zlib-wasm.ts';

/**
 * WebAssembly takes over after this many pages. `zlib-wasm` has to be compiled, and compiled again
 * when it runs hot: `node:zlib` decodes 350 pages in the same time, and fewer pages faster. After
 * as many pages again, the compile time is paid back.
 */
const pagesBeforeWasm = 400;
let pages = 0;

/**
 * `zlib-wasm`, except that `zlib-node` decodes the first pages, the only ones most commands read.
 */
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
        // Decoded again, so that the error does not depend on how many pages came before.
      }
    }
    return (zlibWasm.isAvailable() ? zlibWasm : zlibNode).decode(input, output);
  },
  // Always the same encoder, so that a file does not depend on the number of threads.
  encode: (input, output) =>
    (zlibWasm.isAvailable() ? zlibWasm : zlibNode).encode?.(input, output) ?? -1,
};
