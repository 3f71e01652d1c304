import { type Compressor, VmcorekitError } from '@vmcorekit/core';
import type { LzoModule } from 'lzo-wasm/lzo-wasm.js';
import { badData } from './bad-data.ts';
import { lzo1xLength } from './lzo1x-length.ts';
import { nodeBuiltin } from './node-builtin.ts';

const name = 'lzo-wasm';

/** The module's memory is 32 MiB and never grows; a page is 64 KiB at most, so these bounds are generous and always fit. */
const limitInBytes = 4 << 20;
/** The decoder may read this far beyond its input. Source: AV_LZO_INPUT_PADDING in lzo-wasm's lzo.h. */
const paddingInBytes = 8;

/**
 * LZO1X through lzo-wasm. Every stream is walked before it is decoded (`lzo1xLength`), because that library leaks at each failure and
 * says nothing of a stream that holds less than was asked for. `loadWasm` gives the bytes of `lzo-wasm/lzo-wasm.wasm`, for bundlers
 * that do not find it by themselves.
 */
export function createLzoWasm(loadWasm: () => Promise<Uint8Array> = installedWasm): Compressor {
  let lzo: LzoModule | undefined;
  let input = { pointer: 0, sizeInBytes: 0 };
  return {
    name,
    method: 'lzo',
    isAvailable: () => 'WebAssembly' in globalThis && typeof SharedArrayBuffer === 'function',
    async prepare() {
      if (lzo === undefined) {
        const { default: createModule } = await import('lzo-wasm/lzo-wasm.js');
        lzo = await createModule({ wasmBinary: await loadWasm() });
      }
    },
    decode(stream, output) {
      if (lzo === undefined) {
        throw new VmcorekitError('contract', { what: `${name} was used before prepare()` });
      }
      if (stream.length > limitInBytes) {
        throw badData(name, `a stream of ${stream.length} bytes is longer than any page`);
      }
      const length = lzo1xLength(name, stream, Math.min(output.length, limitInBytes));
      if (stream.length > input.sizeInBytes) {
        lzo._free(input.pointer);
        input = { pointer: lzo._malloc(stream.length + paddingInBytes), sizeInBytes: stream.length };
      }
      lzo.HEAPU8.set(stream, input.pointer);
      const decoded = decompress(lzo, input.pointer, stream.length, length);
      output.set(lzo.HEAPU8.subarray(decoded, decoded + length));
      lzo._free(decoded);
      return length;
    },
  };
}

export const lzoWasm: Compressor = createLzoWasm();

function decompress(lzo: LzoModule, pointer: number, sizeInBytes: number, outputSizeInBytes: number): number {
  try {
    return lzo._decompress(pointer, sizeInBytes, outputSizeInBytes);
  } catch (error) {
    throw badData(name, 'the decoder refuses the stream', error);
  }
}

/** The file beside lzo-wasm's script: read from disk on Node, fetched elsewhere. */
async function installedWasm(): Promise<Uint8Array> {
  const url = new URL(import.meta.resolve('lzo-wasm/lzo-wasm.wasm'));
  const fs = nodeBuiltin('node:fs');
  if (fs !== undefined) {
    return fs.readFileSync(url);
  }
  const response = await fetch(url);
  if (!response.ok) {
    throw new VmcorekitError('io', { file: url.href, because: `HTTP status ${response.status}` });
  }
  return new Uint8Array(await response.arrayBuffer());
}
