import {
  type ByteSource,
  hasAt,
  hex,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import {
  blockSizesInBytes,
  idInBytes,
  maxDisks,
  mediaHeaderInBytes,
  partHeader,
  partSignature,
  setHeader,
} from './layout.ts';

const structure = 'sadump partition header';
const setStructure = 'sadump disk set header';

/** A device with a dump, or one disk of a set of them. */
export interface Disk {
  readonly file: ByteSource;
  /** File offset of its header. */
  readonly start: number;
  readonly blockInBytes: number;
  /** Its place in a set, from 1 on; 0 for a device of its own. */
  readonly number: number;
  /** Where its used part ends in the file; null for a backup, which does not say. */
  readonly usedInBytes: number | null;
  /** What the disks of one set share: system and set. */
  readonly setId: string;
  readonly volumeId: string;
  /** As it stands in the header; equal on the disks of one dump. */
  readonly timestamp: string;
  /** Of the first disk of a set; null for others. */
  readonly set: DiskSetHeader | null;
}

export interface DiskSetHeader {
  readonly blocks: number;
  /** Ids of the disks after the first, in order. */
  readonly volumeIds: readonly string[];
}

/** The file offset of the device's header; undefined where there is none. */
export function partHeaderIn(head: Uint8Array): number | undefined {
  return [0, mediaHeaderInBytes].find((offset) => hasAt(head, offset, partSignature));
}

/** Throws `truncated` and `malformed`. */
export function readDisk(file: ByteSource): Disk {
  const start = partHeaderIn(readHead(file));
  if (start === undefined) {
    throw malformed(structure, 0, 'signature', 'sadump', 'other bytes');
  }
  const blockInBytes = readBlockSize(file, start);
  const bytes = readExactly(file, start, partHeader.magicWords, structure);
  const view = new StructView(bytes, 'little', structure, start);
  const number = view.uint32(partHeader.setDiskSet);
  const isBackup = start !== 0;
  if (number > maxDisks) {
    throw malformed(structure, start, 'set_disk_set', `at most ${hex(maxDisks)}`, number);
  }
  return {
    file,
    start,
    blockInBytes,
    number: isBackup ? 0 : number,
    usedInBytes: isBackup ? null : view.uint53(partHeader.usedDevice, 'used_device'),
    setId: hexOf(view.slice(partHeader.systemId, 2 * idInBytes)),
    volumeId: hexOf(view.slice(partHeader.volumeId, idInBytes)),
    timestamp: hexOf(view.slice(partHeader.timestamp, idInBytes)),
    set: number === 1 && !isBackup ? readSetHeader(file, blockInBytes) : null,
  };
}

function readSetHeader(file: ByteSource, fileOffset: number): DiskSetHeader {
  const { volumes, volumeInBytes } = setHeader;
  const sizeInBytes = volumes + volumeInBytes * (maxDisks - 1);
  const bytes = readExactly(file, fileOffset, sizeInBytes, setStructure);
  const view = new StructView(bytes, 'little', setStructure, fileOffset);
  const blocks = view.uint32(setHeader.blocks);
  const disks = view.uint32(setHeader.disks);
  if (blocks === 0) {
    throw malformed(setStructure, fileOffset, 'disk_set_header_size', 'at least 1 block', blocks);
  }
  if (disks === 0 || disks > maxDisks) {
    throw malformed(setStructure, fileOffset + 4, 'disk_num', `1 to ${hex(maxDisks)}`, disks);
  }
  return {
    blocks,
    volumeIds: Array.from({ length: disks - 1 }, (_, index) =>
      hexOf(view.slice(volumes + volumeInBytes * index, idInBytes)),
    ),
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
      structure,
      start,
      'end of its magic words',
      `that of a block of ${blockSizesInBytes.join(', ')} bytes`,
      size,
    );
  }
  return size;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function malformed(
  what: string,
  fileOffset: number,
  field: string,
  wanted: string,
  got: string | number,
): VmcorekitError {
  return new VmcorekitError('malformed', { structure: what, fileOffset, field, wanted, got });
}
