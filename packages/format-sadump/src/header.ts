import {
  type ByteSource,
  type HeaderValue,
  hasAt,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import {
  blockSizesInBytes,
  headerFields,
  headerInBytes,
  mediaHeaderInBytes,
  partHeader,
  partSignature,
  timestampAt,
  wideFields,
} from './layout.ts';

const partStructure = 'sadump partition header';
const structure = 'sadump header';

export interface SadumpHeader {
  /** File offset of the dump's header. */
  readonly fileOffset: number;
  readonly fields: ReadonlyMap<string, HeaderValue>;
  readonly blockInBytes: number;
  /** Where the device's used part ends in the file; null for a backup, which does not say. */
  readonly usedInBytes: number | null;
  /** In seconds since 1970; null where it says no time zone. */
  readonly timestampInSeconds: number | null;
}

/** The file offset of the device's header; undefined where there is none. */
export function partHeaderIn(head: Uint8Array): number | undefined {
  return [0, mediaHeaderInBytes].find((offset) => hasAt(head, offset, partSignature));
}

/** Throws `truncated`, `malformed`, and `unsupported` for a dump of a kind that is not read. */
export function readHeader(file: ByteSource): SadumpHeader {
  const start = partHeaderIn(readHead(file));
  if (start === undefined) {
    throw malformed(partStructure, 0, 'signature', 'sadump', 'other bytes');
  }
  const blockInBytes = readBlockSize(file, start);
  const part = readExactly(file, start, partHeader.magicWords, partStructure);
  const partView = new StructView(part, 'little', partStructure, start);
  if (partView.uint32(partHeader.setDiskSet) !== 0) {
    throw new VmcorekitError('unsupported', {
      what: `${file.name} is disk ${partView.uint32(partHeader.setDiskSet)} of a sadump disk set`,
      advice: 'join its disks first: makedumpfile -c -d 0 -x VMLINUX DISK DISK… DUMP',
    });
  }
  const fileOffset = start + blockInBytes;
  const bytes = readExactly(file, fileOffset, headerInBytes, structure);
  if (!hasAt(bytes, 0, partSignature)) {
    throw malformed(structure, fileOffset, 'signature', 'sadump', 'other bytes');
  }
  const view = new StructView(bytes, 'little', structure, fileOffset);
  const fields = fieldsIn(view);
  check(file.name, fields, fileOffset, blockInBytes);
  return {
    fileOffset,
    fields,
    blockInBytes,
    usedInBytes: start === 0 ? partView.uint53(partHeader.usedDevice, 'used_device') : null,
    timestampInSeconds: secondsOf(view),
  };
}

function readHead(file: ByteSource): Uint8Array {
  const head = new Uint8Array(mediaHeaderInBytes + partSignature.length);
  return head.subarray(0, file.readInto(0, head));
}

/** Each magic word is 11 times the one before and 7. The block ends where that ends. */
function readBlockSize(file: ByteSource, start: number): number {
  const most = Math.max(...blockSizesInBytes);
  const bytes = new Uint8Array(most);
  const view = new DataView(bytes.buffer);
  const got = file.readInto(start, bytes);
  let at = partHeader.magicWords;
  while (
    at + 8 <= got &&
    view.getUint32(at + 4, true) === Math.imul(11, view.getUint32(at, true) + 7) >>> 0
  ) {
    at += 4;
  }
  const size = at + 4;
  if (!blockSizesInBytes.includes(size)) {
    throw malformed(
      partStructure,
      start,
      'end of its magic words',
      `that of a block of ${blockSizesInBytes.join(', ')} bytes`,
      size,
    );
  }
  return size;
}

function fieldsIn(view: StructView): Map<string, HeaderValue> {
  const fields = new Map<string, HeaderValue>();
  const isWide = view.uint32(8) >= 1;
  for (const { name, offset, sizeInBytes } of [...headerFields, ...(isWide ? wideFields : [])]) {
    fields.set(name, sizeInBytes === 8 ? view.uint64(offset) : view.uint32(offset));
  }
  return fields;
}

function check(
  file: string,
  fields: ReadonlyMap<string, HeaderValue>,
  fileOffset: number,
  blockInBytes: number,
): void {
  const size = Number(fields.get('block_size'));
  if (size !== blockInBytes || size < 4096) {
    throw malformed(structure, fileOffset, 'block_size', `${blockInBytes}, at least 4096`, size);
  }
  if (fields.get('compress') !== 0) {
    throw new VmcorekitError('unsupported', {
      what: `${file} is a compressed sadump dump`,
      advice: 'turn it into a KDUMP file: makedumpfile -c -d 0 -x VMLINUX FILE DUMP',
    });
  }
}

/** Source: UEFI specification, EFI_TIME: local time is UTC less the zone's minutes. */
function secondsOf(view: StructView): number | null {
  const year = view.uint16(timestampAt);
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = view.slice(timestampAt + 2, 5);
  const zone = (view.uint16(timestampAt + 12) << 16) >> 16;
  const isTime = year >= 1998 && month >= 1 && month <= 12 && day >= 1 && hour < 24 && minute < 60;
  return isTime && Math.abs(zone) <= 1440
    ? Date.UTC(year, month - 1, day, hour, minute + zone, second) / 1000
    : null;
}

function malformed(
  what: string,
  fileOffset: number,
  field: string,
  wanted: string,
  got: string | number,
): VmcorekitError {
  return new VmcorekitError('malformed', { structure: what, fileOffset, field, wanted, got });
}
