import { type ByteSource, readExactly, uint32At } from '@vmcorekit/core';

/**
 * Records of libxl that may follow the domain: EMULATOR_XENSTORE_DATA, EMULATOR_CONTEXT,
 * CHECKPOINT_END and CHECKPOINT_STATE. Source: Xen, docs/specs/libxl-migration-stream.pandoc.
 */
const libxlTypes: readonly number[] = [2, 3, 4, 5];
const libxlEnd = 0;
const headSizeInBytes = 8;
const chunkSizeInBytes: number = 64 * 1024;

/**
 * Whether the bytes after the last record of a domain are those of libxl, or the file ends there. A
 * file whose tail was lost to zeros has such a last record too, and zeros after it.
 */
export function isFollowedByLibxl(source: ByteSource, at: number): boolean {
  if (source.sizeInBytes < at + headSizeInBytes) {
    return true;
  }
  const head = readExactly(source, at, headSizeInBytes, 'record of libxl');
  const [type, length] = [uint32At(head, 0, 'little'), uint32At(head, 4, 'little')];
  return type === libxlEnd
    ? length === 0 && source.sizeInBytes === at + headSizeInBytes
    : libxlTypes.includes(type);
}

/** Where the zeros begin that end at `end`; not before `start`. */
export function zerosBefore(source: ByteSource, start: number, end: number): number {
  const bytes = new Uint8Array(chunkSizeInBytes);
  for (let at = end; at > start; ) {
    const from = Math.max(start, at - chunkSizeInBytes);
    const chunk = bytes.subarray(0, at - from);
    chunk.fill(0, source.readInto(from, chunk));
    const last = chunk.findLastIndex((byte) => byte !== 0);
    if (last >= 0) {
      return from + last + 1;
    }
    at = from;
  }
  return start;
}
