import type { Compressor } from '@vmcorekit/core';
import { badData, tooLong } from './bad-data.ts';
import { nodeBuiltin } from './node-builtin.ts';

const name = 'zstd-node';

/** Node gained zstd in 22.15 and 23.8; the types of the oldest Node supported do not know it. */
type ZstdDecompressSync = (input: Uint8Array, options: { chunkSize: number; maxOutputLength: number }) => Uint8Array;

const zlib = nodeBuiltin('node:zlib') as { zstdDecompressSync?: ZstdDecompressSync } | undefined;

/** Node's own zstd, where it has one. */
export const zstdNode: Compressor = {
  name,
  method: 'zstd',
  isAvailable: () => zlib?.zstdDecompressSync !== undefined,
  decode(input, output) {
    if (zlib?.zstdDecompressSync === undefined) {
      throw badData(name, 'this Node has no zstd');
    }
    let decoded: Uint8Array;
    try {
      const chunkSize = Math.min(Math.max(output.length + 1, 64), 1 << 20);
      decoded = zlib.zstdDecompressSync(input, { chunkSize, maxOutputLength: Math.max(1, output.length) });
    } catch (error) {
      throw badData(name, error instanceof Error ? error.message : String(error), error);
    }
    if (decoded.length > output.length) {
      throw tooLong(name, output.length);
    }
    output.set(decoded);
    return decoded.length;
  },
};
