import {
  type ByteSource,
  CachedSource,
  type Damage,
  hasAt,
  isVmcorekitError,
  type Progress,
  readExactly,
  StructView,
  utf8Text,
  VmcorekitError,
} from '@vmcorekit/core';
import type { ZipEnd } from './end-record.ts';
import { checkCount, headersPerStep, type ZipMember, type ZipMembers } from './member.ts';
import { inExtra, zip64Numbers } from './zip64-extra.ts';

export const entryMagic = 'PK\x01\x02';
/** An entry of the list. Source: PKWARE, APPNOTE.TXT, 4.3.12. */
const entry = {
  magic: entryMagic,
  madeBy: 5,
  flags: 8,
  method: 10,
  crc32: 16,
  packed: 20,
  size: 24,
  nameLength: 28,
  extraLength: 30,
  commentLength: 32,
  attributes: 38,
  offset: 42,
  sizeInBytes: 46,
} as const;
const structure = 'zip central directory entry';
const madeByUnix = 3;
const typeOfLink = 0o120000;
const typeMask = 0o170000;

/**
 * The files that the list of entries names: neither folders nor links. A damaged list gives those
 * before the damage. Throws where that is none.
 */
export function* readDirectory(
  file: ByteSource,
  end: ZipEnd,
): Generator<Progress, ZipMembers, void> {
  const cached = new CachedSource(file);
  const members: ZipMember[] = [];
  const damage: Damage[] = [];
  checkCount(end.count, end.fileOffset);
  const listEnd = end.directoryOffset + end.directorySizeInBytes;
  if (listEnd > end.fileOffset) {
    throw new VmcorekitError('malformed', {
      structure: 'zip end record',
      fileOffset: end.fileOffset,
      field: 'end of the central directory',
      wanted: `at most its own offset, ${end.fileOffset}`,
      got: listEnd,
    });
  }
  let at = end.directoryOffset;
  try {
    for (let index = 0; index < end.count; index++) {
      if (index % headersPerStep === 0) {
        const fraction = index / end.count;
        yield { kind: 'progress', doing: 'listing a zip archive', fraction };
      }
      const read = readEntry(cached, at, listEnd);
      members.push(...(isFile(read) ? [read.member] : []));
      at = read.next;
    }
  } catch (error) {
    const isDamage = isVmcorekitError(error, 'truncated') || isVmcorekitError(error, 'malformed');
    if (!isDamage || members.length === 0) {
      throw error;
    }
    damage.push({
      name: 'archive-damaged',
      loses: 'nothing',
      detail: `${error.message}; only the files before it are listed`,
      fileOffset: error.facts.fileOffset,
    });
  }
  return { members, end: end.directoryOffset, damage };
}

interface ReadEntry {
  readonly member: ZipMember;
  readonly isLink: boolean;
  readonly next: number;
}

function isFile({ member, isLink }: ReadEntry): boolean {
  return !isLink && !member.name.endsWith('/');
}

function readEntry(file: ByteSource, fileOffset: number, listEnd: number): ReadEntry {
  const fixed = readExactly(file, fileOffset, entry.sizeInBytes, structure);
  const view = new StructView(fixed, 'little', structure, fileOffset);
  if (!hasAt(fixed, 0, entry.magic)) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset,
      field: 'signature',
      wanted: '0x2014b50',
      got: view.uint32(0),
    });
  }
  const [nameLength, extraLength] = [view.uint16(entry.nameLength), view.uint16(entry.extraLength)];
  const textAt = fileOffset + entry.sizeInBytes;
  const next = textAt + nameLength + extraLength + view.uint16(entry.commentLength);
  if (next > listEnd) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset,
      field: 'end',
      wanted: `at most ${listEnd}, where the central directory ends`,
      got: next,
    });
  }
  const text = readExactly(file, textAt, nameLength + extraLength, structure);
  const narrow = [view.uint32(entry.size), view.uint32(entry.packed), view.uint32(entry.offset)];
  const wide = [
    ...zip64Numbers(
      text.subarray(nameLength),
      narrow.filter((number) => number === inExtra).length,
      structure,
      textAt + nameLength,
    ),
  ];
  const [sizeInBytes = 0, packedInBytes = 0, headerOffset = 0] = narrow.map((number) =>
    number === inExtra ? (wide.shift() ?? 0) : number,
  );
  const mode = view.uint32(entry.attributes) >>> 16;
  return {
    member: {
      name: utf8Text(text.subarray(0, nameLength)),
      headerOffset,
      method: view.uint16(entry.method),
      flags: view.uint16(entry.flags),
      crc32: view.uint32(entry.crc32),
      packedInBytes,
      sizeInBytes,
    },
    isLink: view.uint8(entry.madeBy) === madeByUnix && (mode & typeMask) === typeOfLink,
    next,
  };
}
