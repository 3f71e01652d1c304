import type { Compressor } from '@vmcorekit/core';
import { badData, placed, tooLong } from './bad-data.ts';
import { nodeBuiltin } from './node-builtin.ts';

const zlib = nodeBuiltin('node:zlib');
const name = 'zlib-node';

/**
 * A chunk one byte larger than the page distinguishes a full page from too much data in one step. A
 * 4 KiB page takes 20 µs this way, and 30 µs with an exact chunk.
 */
const chunkSizeInBytes = (lengthInBytes: number): number =>
  Math.min(Math.max(lengthInBytes + 1, 64), 1 << 20);

/** Node's own zlib. Encodes at level 1, as makedumpfile and QEMU do. */
export const zlibNode: Compressor = {
  name,
  method: 'zlib',
  isAvailable: () => zlib !== undefined,
  decode(input, output) {
    const options = {
      chunkSize: chunkSizeInBytes(output.length),
      maxOutputLength: Math.max(1, output.length),
      info: true,
    };
    let inflated: Inflated;
    try {
      inflated = loaded().inflateSync(input, options) as unknown as Inflated;
    } catch (error) {
      throw isTooLarge(error)
        ? tooLong(name, output.length)
        : badData(name, reasonOf(error), error);
    }
    if (inflated.engine.bytesWritten !== input.length) {
      throw badData(
        name,
        `the stream ends at byte ${inflated.engine.bytesWritten} of ${input.length}`,
      );
    }
    if (inflated.buffer.length > output.length) {
      throw tooLong(name, output.length);
    }
    output.set(inflated.buffer);
    return inflated.buffer.length;
  },
  encode(input, output) {
    try {
      const options = {
        level: 1,
        chunkSize: chunkSizeInBytes(output.length),
        maxOutputLength: Math.max(1, output.length),
      };
      return placed(loaded().deflateSync(input, options), output);
    } catch (error) {
      if (isTooLarge(error)) {
        return -1;
      }
      throw error;
    }
  },
};

/** What `inflateSync` returns with `info: true`; `bytesWritten` counts the input bytes used. */
interface Inflated {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

function loaded(): typeof import('node:zlib') {
  if (zlib === undefined) {
    throw badData(name, 'node:zlib does not exist here');
  }
  return zlib;
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
