import { type ByteSource, hasAt, readExactly, StructView, VmcorekitError } from '@vmcorekit/core';

export const endMagic = 'PK\x05\x06';
/** Source: PKWARE, APPNOTE.TXT, 4.3.14 to 4.3.16. */
const end = {
  disk: 4,
  count: 10,
  size: 12,
  offset: 16,
  comment: 20,
  sizeInBytes: 22,
} as const;
const locator = { magic: 'PK\x06\x07', offset: 8, sizeInBytes: 20 } as const;
const end64 = {
  magic: 'PK\x06\x06',
  disk: 16,
  count: 32,
  size: 40,
  offset: 48,
  sizeInBytes: 56,
} as const;
const maxCommentInBytes = 0xffff;
const firstDisks: readonly number[] = [0, 0xffff, 0xffffffff];
const structure = 'zip end record';

/** Where the list of entries lies, as the end of the file says. */
export interface ZipEnd {
  readonly fileOffset: number;
  readonly count: number;
  readonly directoryOffset: number;
  readonly directorySizeInBytes: number;
}

/**
 * Finds the end record: the last one whose comment fills the file. Undefined where there is none,
 * because the file is cut. Throws `malformed` and `truncated` for a ZIP64 record that is none, and
 * `unsupported` for a part of an archive.
 */
export function findEnd(file: ByteSource): ZipEnd | undefined {
  const length = Math.min(file.sizeInBytes, end.sizeInBytes + maxCommentInBytes);
  const from = file.sizeInBytes - length;
  const bytes = readExactly(file, from, length, structure);
  for (let at = length - end.sizeInBytes; at >= 0; at--) {
    if (hasAt(bytes, at, endMagic)) {
      const view = new StructView(bytes.subarray(at), 'little', structure, from + at);
      if (view.uint16(end.comment) === length - at - end.sizeInBytes) {
        return readEnd(file, view);
      }
    }
  }
  return undefined;
}

function readEnd(file: ByteSource, view: StructView): ZipEnd {
  checkDisk(file, view.uint16(end.disk));
  const at64 = end64At(file, view.fileOffset - locator.sizeInBytes);
  if (at64 === undefined) {
    return {
      fileOffset: view.fileOffset,
      count: view.uint16(end.count),
      directoryOffset: view.uint32(end.offset),
      directorySizeInBytes: view.uint32(end.size),
    };
  }
  const bytes = readExactly(file, at64, end64.sizeInBytes, 'zip64 end record');
  const wide = new StructView(bytes, 'little', 'zip64 end record', at64);
  if (!hasAt(bytes, 0, end64.magic)) {
    throw new VmcorekitError('malformed', {
      structure: wide.structure,
      fileOffset: at64,
      field: 'signature',
      wanted: '0x6064b50',
      got: wide.uint32(0),
    });
  }
  checkDisk(file, wide.uint32(end64.disk));
  return {
    fileOffset: at64,
    count: wide.uint53(end64.count, 'number of entries'),
    directoryOffset: wide.uint53(end64.offset, 'offset of the central directory'),
    directorySizeInBytes: wide.uint53(end64.size, 'size of the central directory'),
  };
}

function end64At(file: ByteSource, locatorAt: number): number | undefined {
  if (locatorAt < 0) {
    return undefined;
  }
  const bytes = readExactly(file, locatorAt, locator.sizeInBytes, 'zip64 locator');
  return hasAt(bytes, 0, locator.magic)
    ? new StructView(bytes, 'little', 'zip64 locator', locatorAt).uint53(
        locator.offset,
        'offset of the zip64 end record',
      )
    : undefined;
}

function checkDisk(file: ByteSource, disk: number): void {
  if (!firstDisks.includes(disk)) {
    throw new VmcorekitError('unsupported', {
      what: `${file.name} is part ${disk + 1} of a split zip archive`,
      advice: 'join its parts first: zip -s 0 FILE --out JOINED.zip',
    });
  }
}
