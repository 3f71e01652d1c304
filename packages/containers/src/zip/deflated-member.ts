import { type ByteSource, EntrySource, hex } from '@vmcorekit/core';
import type { DeflateWrapping } from '../deflate/wrapping.ts';
import type { ZipMember } from './member.ts';
import type { MemberData } from './member-data.ts';

/** A member as a file of one deflate stream. Offsets in it are those in the archive. */
export function fileOfMember(
  file: ByteSource,
  { name }: ZipMember,
  { end }: MemberData,
): ByteSource {
  return new EntrySource(file, 0, end, `${file.name}//${name}`);
}

export function wrappingOf(
  { crc32, sizeInBytes }: ZipMember,
  { start }: MemberData,
): DeflateWrapping {
  return {
    name: 'zip',
    trailerInBytes: 0,
    hasMembers: false,
    emptySum: 0,
    streamStart: () => start,
    sumWith: (inflater, before) => inflater.crc32(before),
    disagreement(_trailer, sum, unpackedInBytes) {
      if (crc32 !== null && crc32 !== sum) {
        return `its CRC32 is ${hex(crc32)}, that of its contents ${hex(sum)}`;
      }
      return sizeInBytes === null || sizeInBytes === unpackedInBytes
        ? undefined
        : `its size is ${sizeInBytes}, that of its contents ${unpackedInBytes}`;
    },
  };
}
