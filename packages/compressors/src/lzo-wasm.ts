import { type Compressor, VmcorekitError } from '@vmcorekit/core';
import { badData } from './bad-data.ts';
import { Lzo1xEncoder } from './lzo1x-encoder.ts';
import { lzo1xLength } from './lzo1x-length.ts';
import { nodeBuiltin } from './node-builtin.ts';

const name = 'lzo-wasm';

/**
 * Bounds of the input and the output. The module's memory is 32 MiB and never grows, and a page is
 * at most 64 KiB, so both always fit.
 */
const limitInBytes = 4 << 20;
/**
 * The decoder may read this far beyond its input. Source: AV_LZO_INPUT_PADDING in lzo-wasm's lzo.h.
 */
const paddingInBytes = 8;

/**
 * LZO1X, decoded by lzo-wasm and encoded by this package. `lzo1xLength` walks every stream before
 * it is decoded: that library leaks at each failure, and does not report a stream shorter than
 * asked for. `loadWasm` gives the bytes of `lzo-wasm/lzo-wasm.wasm` to bundlers that do not find
 * the file.
 */
export function createLzoWasm(loadWasm: () => Promise<Uint8Array> = installedWasm): Compressor {
  let loading: Promise<LzoLibrary> | undefined;
  let lzo: LzoLibrary | undefined;
  let input = { pointer: 0, sizeInBytes: 0 };
  const encoder = new Lzo1xEncoder();
  return {
    name,
    method: 'lzo',
    isAvailable: () => 'WebAssembly' in globalThis && typeof SharedArrayBuffer === 'function',
    async prepare() {
      // One instance for all callers, because `input` points into its memory.
      loading ??= load(loadWasm);
      lzo = await loading;
    },
    decode(stream, output) {
      if (lzo === undefined) {
        throw new VmcorekitError('contract', { what: `${name} was used before prepare()` });
      }
      if (stream.length > limitInBytes) {
        throw badData(name, `a stream of ${stream.length} bytes is longer than any page`);
      }
      const length = lzo1xLength(name, stream, Math.min(output.length, limitInBytes));
      if (length === 0) {
        // The library reports an empty stream as an error.
        return 0;
      }
      if (stream.length > input.sizeInBytes) {
        lzo.free(input.pointer);
        input = { pointer: lzo.malloc(stream.length + paddingInBytes), sizeInBytes: stream.length };
      }
      lzo.memory.set(stream, input.pointer);
      const decoded = decompressed(lzo, input.pointer, stream.length, length);
      output.set(lzo.memory.subarray(decoded, decoded + length));
      lzo.free(decoded);
      return length;
    },
    encode: (page, output) => encoder.encode(page, output),
  };
}

export const lzoWasm: Compressor = createLzoWasm();

/** The part of the module used here. Addresses are offsets in `memory`. */
interface LzoLibrary {
  readonly memory: Uint8Array;
  readonly malloc: (sizeInBytes: number) => number;
  readonly free: (pointer: number) => void;
  readonly decompress: (
    input: number,
    inputSizeInBytes: number,
    outputSizeInBytes: number,
  ) => number;
}

async function load(loadWasm: () => Promise<Uint8Array>): Promise<LzoLibrary> {
  const { default: createModule } = await import('lzo-wasm/lzo-wasm.js');
  const {
    HEAPU8: memory,
    _malloc: malloc,
    _free: free,
    _decompress: decompress,
  } = await createModule({ wasmBinary: await loadWasm() });
  return { memory, malloc, free, decompress };
}

function decompressed(
  lzo: LzoLibrary,
  pointer: number,
  sizeInBytes: number,
  outputSizeInBytes: number,
): number {
  try {
    return lzo.decompress(pointer, sizeInBytes, outputSizeInBytes);
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
