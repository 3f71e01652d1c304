import type { ByteSource } from '../byte-source.ts';
import { VmcorekitError } from '../errors.ts';

/**
 * Reads exactly that many bytes, or throws `truncated` with the structure's name. Checks the length
 * against the source's size before it allocates, so an untrusted length costs nothing.
 */
export function readExactly(
  source: ByteSource,
  fileOffset: number,
  lengthInBytes: number,
  structure: string,
): Uint8Array {
  checkInside(source, fileOffset, lengthInBytes, structure);
  const bytes = new Uint8Array(lengthInBytes);
  const got = source.readInto(fileOffset, bytes);
  if (got !== lengthInBytes) {
    throw new VmcorekitError('truncated', { structure, fileOffset, wanted: lengthInBytes, got });
  }
  return bytes;
}

/**
 * Throws `truncated` unless [fileOffset, fileOffset + length) lies inside the source. Throws
 * `malformed` where the numbers are no offsets.
 */
export function checkInside(
  source: ByteSource,
  fileOffset: number,
  lengthInBytes: number,
  structure: string,
): void {
  if (
    !(
      Number.isSafeInteger(fileOffset) &&
      fileOffset >= 0 &&
      Number.isSafeInteger(lengthInBytes) &&
      lengthInBytes >= 0
    )
  ) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset: Number.isSafeInteger(fileOffset) ? fileOffset : 0,
      field: 'offset or length',
      wanted: 'a number from 0 to 2^53 - 1',
      got: `${shown(fileOffset)}, ${shown(lengthInBytes)}`,
    });
  }
  const got = Math.max(0, Math.min(lengthInBytes, source.sizeInBytes - fileOffset));
  if (got < lengthInBytes) {
    throw new VmcorekitError('truncated', {
      structure,
      fileOffset,
      wanted: lengthInBytes,
      got,
      fileSize: source.sizeInBytes,
    });
  }
}

/** From 2^53 on a number is rounded, so its digits would be wrong. */
function shown(value: number): string {
  return value > Number.MAX_SAFE_INTEGER ? '2^53 or more' : String(value);
}

/**
 * The offset of the first byte that a source has lost of a stretch; undefined where nothing is
 * lost.
 */
export function firstLostIn(
  source: ByteSource,
  offset: number,
  lengthInBytes: number,
): number | undefined {
  for (const lost of source.lostRanges?.(offset, lengthInBytes) ?? []) {
    return lost.offset;
  }
  return undefined;
}
