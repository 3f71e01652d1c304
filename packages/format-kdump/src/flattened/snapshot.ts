import { type ByteSource, fnv1aStart, fnv1aWith, plural } from '@vmcorekit/core';
import type { Extents } from './extents.ts';
import { headerSizeInBytes, recordHeadSizeInBytes } from './layout.ts';
import { decodeRecords, type RecordEncoder } from './record-code.ts';

/**
 * The form of a kept index: 16 bytes of name, u32 version, u32 checksum of all that follows, then
 * as f64 the file's size and the number of records, u32 the hash of the file's ends, then the
 * records. All little-endian.
 */
const mark = 'vmcorekit-index\0';
const version = 2;
const versionOffset = 16;
const checksumOffset = 20;
const checkedFrom = 24;
const fileSizeOffset = 24;
const countOffset = 32;
const endsOffset = 40;
const recordsOffset = 44;

/** So much of each end of the file is hashed, and the heads of the records there are compared. */
const startInBytes = 256 * 1024;
const tailInBytes = 64 * 1024;
const searchedInBytes = 768 * 1024;

/** A part of a file, and where it begins. */
export interface FilePart {
  readonly fileOffset: number;
  readonly bytes: Uint8Array;
}

export function encodeSnapshot(records: RecordEncoder, file: ByteSource): Uint8Array {
  const snapshot = new Uint8Array(recordsOffset + records.bytes.length);
  const view = new DataView(snapshot.buffer);
  snapshot.set(Array.from(mark, (character) => character.charCodeAt(0)));
  view.setUint32(versionOffset, version, true);
  view.setFloat64(fileSizeOffset, file.sizeInBytes, true);
  view.setFloat64(countOffset, records.count, true);
  snapshot.set(records.bytes, recordsOffset);
  view.setUint32(endsOffset, hashOf(endsOf(file).map(({ bytes }) => bytes)), true);
  view.setUint32(checksumOffset, checksumOf(snapshot), true);
  return snapshot;
}

/**
 * Decodes the records, in file order, from a kept index; or says why it is not of this file:
 * another version or size, damage, or no end marker where it says. Does not compare the records'
 * own heads yet.
 */
export function decodeSnapshot(
  snapshot: Uint8Array,
  file: ByteSource,
):
  | { readonly records: Extents; readonly ends: readonly FilePart[] }
  | { readonly because: string } {
  const view = new DataView(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength);
  if (
    snapshot.length < recordsOffset ||
    Array.from(mark).some((character, at) => character.charCodeAt(0) !== snapshot[at])
  ) {
    return { because: 'it is no index of a flattened file' };
  }
  if (view.getUint32(versionOffset, true) !== version) {
    return {
      because: `it is of version ${view.getUint32(versionOffset, true)}, wanted ${version}`,
    };
  }
  if (view.getUint32(checksumOffset, true) !== checksumOf(snapshot)) {
    return { because: 'it is damaged' };
  }
  const sizeInBytes = view.getFloat64(fileSizeOffset, true);
  if (sizeInBytes !== file.sizeInBytes) {
    return {
      because: `it is of a file of ${plural(sizeInBytes, 'byte')}, this one has ${file.sizeInBytes}`,
    };
  }
  const ends = endsOf(file);
  if (view.getUint32(endsOffset, true) !== hashOf(ends.map(({ bytes }) => bytes))) {
    return { because: 'the file begins or ends with other bytes' };
  }
  const records = decodeRecords(
    snapshot.subarray(recordsOffset),
    view.getFloat64(countOffset, true),
    sizeInBytes,
  );
  return records !== undefined && endsAfter(file, records)
    ? { records, ends }
    : { because: 'its records are none of this file' };
}

/** Whether the end marker follows the last record. */
function endsAfter(file: ByteSource, { starts, ends, fileOffsets, length }: Extents): boolean {
  const last = length - 1;
  const end =
    last < 0
      ? headerSizeInBytes
      : (fileOffsets[last] ?? 0) + (ends[last] ?? 0) - (starts[last] ?? 0);
  const marker = new Uint8Array(recordHeadSizeInBytes);
  return file.readInto(end, marker) === marker.length && marker.every((byte) => byte === 0xff);
}

/** The first and the last bytes of the file; of a small one they overlap. */
function endsOf(file: ByteSource): readonly FilePart[] {
  // Searches read what lies before the tail too. So one request gets both.
  file.willRead?.([
    { offset: Math.max(0, file.sizeInBytes - searchedInBytes), lengthInBytes: searchedInBytes },
  ]);
  return [
    { fileOffset: 0, lengthInBytes: startInBytes },
    { fileOffset: Math.max(0, file.sizeInBytes - tailInBytes), lengthInBytes: tailInBytes },
  ].map(({ fileOffset, lengthInBytes }) => {
    const bytes = new Uint8Array(lengthInBytes);
    return { fileOffset, bytes: bytes.subarray(0, file.readInto(fileOffset, bytes)) };
  });
}

function checksumOf(snapshot: Uint8Array): number {
  return hashOf([snapshot.subarray(checkedFrom)]);
}

/** FNV-1a. Detects accidents only. */
function hashOf(parts: readonly Uint8Array[]): number {
  let hash = fnv1aStart;
  for (const part of parts) {
    for (let at = 0; at < part.length; at++) {
      hash = fnv1aWith(hash, part[at] ?? 0);
    }
  }
  return hash >>> 0;
}
