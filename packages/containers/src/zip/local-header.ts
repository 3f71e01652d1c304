import {
  type ByteSource,
  hasAt,
  readExactly,
  StructView,
  utf8Text,
  VmcorekitError,
} from '@vmcorekit/core';
import { flag, local, type ZipMember } from './member.ts';
import { inExtra, zip64Numbers } from './zip64-extra.ts';

export const structure = 'zip local header';

/** What the header before a member's data says of it. */
export interface LocalHeader {
  readonly member: ZipMember;
  /** File offset of the data. */
  readonly dataAt: number;
}

/** Reads it. Throws `truncated`, and `malformed` where none lies there. */
export function readLocalHeader(file: ByteSource, fileOffset: number): LocalHeader {
  const fixed = readExactly(file, fileOffset, local.sizeInBytes, structure);
  const view = new StructView(fixed, 'little', structure, fileOffset);
  if (!hasAt(fixed, 0, local.magic)) {
    throw differs(fileOffset, 'signature', '0x4034b50', view.uint32(0));
  }
  const [nameLength, extraLength] = [view.uint16(local.nameLength), view.uint16(local.extraLength)];
  const textAt = fileOffset + local.sizeInBytes;
  const text = readExactly(file, textAt, nameLength + extraLength, structure);
  const isWide = view.uint32(local.size) === inExtra && view.uint32(local.packed) === inExtra;
  const [size = view.uint32(local.size), packed = view.uint32(local.packed)] = zip64Numbers(
    text.subarray(nameLength),
    isWide ? 2 : 0,
    structure,
    textAt + nameLength,
  );
  const flags = view.uint16(local.flags);
  const isStated = (flags & flag.descriptor) === 0;
  return {
    member: {
      name: utf8Text(text.subarray(0, nameLength)),
      headerOffset: fileOffset,
      method: view.uint16(local.method),
      flags,
      crc32: isStated ? view.uint32(local.crc32) : null,
      packedInBytes: packed,
      sizeInBytes: isStated ? size : null,
    },
    dataAt: textAt + text.length,
  };
}

/** A field of the header that is not what it must be. */
export function differs(
  fileOffset: number,
  field: string,
  wanted: string,
  got: string | number,
): VmcorekitError<'malformed'> {
  return new VmcorekitError('malformed', { structure, fileOffset, field, wanted, got });
}
