import {
  type ByteSource,
  checkInside,
  latin1UntilNul,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';

/**
 * A .vmss or .vmsn file: u32 magic, u32 version, u32 number of groups, then the groups. All is
 * little-endian. Sources: what crash's vmware_vmss.c and volatility's vmware.py read.
 */
const headerSizeInBytes = 12;
const groupSizeInBytes = 80;
const group = { name: 0, position: 64, size: 72 } as const;
/** VMware writes about 20. */
const maxGroups = 4096;
/** Positions in it have 32 bits. */
const oldMagic = 0xbed0bed0;

/** Suspended or snapshotted, whole and partial, and the same after they were restored. */
export const magics: readonly number[] = [
  0xbed2bed2, 0xbed3bed3, 0xbad1bad1, 0xbad2bad2, 0xbed2bed0,
];

/** A part of the machine's state. */
export interface StateGroup {
  readonly name: string;
  readonly position: number;
  readonly sizeInBytes: number;
}

export interface StateHeader {
  readonly magic: number;
  readonly version: number;
  readonly groups: readonly StateGroup[];
}

/** The magic number at the start of a file, whether or not such a file is read. */
export function magicIn(head: Uint8Array): number | undefined {
  if (head.length < headerSizeInBytes) {
    return undefined;
  }
  const magic = viewOf(head, 0).uint32(0);
  return magic === oldMagic || magics.includes(magic) ? magic : undefined;
}

/** Throws `truncated`, `malformed` or `unsupported`. */
export function readStateHeader(source: ByteSource): StateHeader {
  const header = viewOf(readExactly(source, 0, headerSizeInBytes, structure), 0);
  const [magic, version, count] = [header.uint32(0), header.uint32(4), header.uint32(8)];
  if (magic === oldMagic) {
    throw new VmcorekitError('unsupported', {
      what: 'a state of an old VMware, with positions of 32 bits',
      advice: 'resume the machine in a newer VMware, and suspend it again',
    });
  }
  if (!magics.includes(magic)) {
    throw malformed('magic', 0, 'a magic number of VMware', magic);
  }
  if (count > maxGroups) {
    throw malformed('the number of groups', 8, `at most ${maxGroups}`, count);
  }
  checkInside(source, headerSizeInBytes, count * groupSizeInBytes, 'groups of a VMware state');
  const groups = Array.from({ length: count }, (_, index) => {
    const at = headerSizeInBytes + index * groupSizeInBytes;
    const view = viewOf(readExactly(source, at, groupSizeInBytes, structure), at);
    return {
      name: latin1UntilNul(view.slice(group.name, group.position)),
      position: view.uint53(group.position, 'position'),
      sizeInBytes: view.uint53(group.size, 'size'),
    };
  });
  return { magic, version, groups };
}

const structure = 'VMware state';

function viewOf(bytes: Uint8Array, fileOffset: number): StructView {
  return new StructView(bytes, 'little', structure, fileOffset);
}

function malformed(
  field: string,
  fileOffset: number,
  wanted: string,
  got: number,
): VmcorekitError<'malformed'> {
  return new VmcorekitError('malformed', { structure, fileOffset, field, wanted, got });
}
