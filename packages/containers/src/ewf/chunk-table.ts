import { type ByteSource, readExactly, StructView, VmcorekitError } from '@vmcorekit/core';
import { checkAdler32 } from './checksum.ts';
import type { Section } from './sections.ts';

const structure = 'EWF chunk table';
const headerInBytes = 24;
const headerChecksumAt = 20;
const entryInBytes = 4;
const checksumInBytes = 4;
const packedBit = 0x80000000;
const offsetBits = 0x7fffffff;
/** 512 GiB in chunks of 32 KiB: 400 MiB of index. */
export const maxChunks: number = 1 << 24;

/** Where the chunks of a table lie in its segment, in order. */
export interface ChunkTable {
  readonly count: number;
  /** The first byte of a chunk. */
  offsetOf(index: number): number;
  isPacked(index: number): boolean;
}

/** Reads a table, and checks its checksums. Throws `truncated` and `malformed`. */
export function readChunkTable(file: ByteSource, { dataOffset, end }: Section): ChunkTable {
  const header = readExactly(file, dataOffset, headerInBytes, structure);
  const view = new StructView(header, 'little', structure, dataOffset);
  checkAdler32(view, 0, headerChecksumAt);
  const count = view.uint32(0);
  const base = view.uint53(8, 'base offset');
  const entriesOffset = dataOffset + headerInBytes;
  const restInBytes = Math.max(0, end - entriesOffset);
  const room = Math.min(maxChunks, Math.floor(restInBytes / entryInBytes));
  if (count > room) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset: dataOffset,
      field: 'number of entries',
      wanted: `at most ${room}, for which it has room`,
      got: count,
    });
  }
  const lengthInBytes = count * entryInBytes;
  const rest = Math.min(checksumInBytes, restInBytes - lengthInBytes);
  const bytes = readExactly(file, entriesOffset, lengthInBytes + rest, structure);
  const entries = new StructView(bytes, 'little', structure, entriesOffset);
  const table: ChunkTable = {
    count,
    offsetOf: (index) => base + (entries.uint32(index * entryInBytes) & offsetBits),
    isPacked: (index) => (entries.uint32(index * entryInBytes) & packedBit) !== 0,
  };
  // SMART has no checksum there: its chunks follow at once, in the same section.
  const firstChunk = count === 0 ? 0 : table.offsetOf(0) - entriesOffset - lengthInBytes;
  const hasChecksum = rest === checksumInBytes && !(firstChunk >= 0 && firstChunk < rest);
  if (hasChecksum) {
    checkAdler32(entries, 0, lengthInBytes);
  }
  return table;
}
