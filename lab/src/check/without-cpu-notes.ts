import { closeSync, constants, copyFileSync, openSync, readSync, writeSync } from 'node:fs';

/** Where a dump's notes lie in the file, and how their numbers are written. */
export interface NoteArea {
  readonly fileOffset: number;
  readonly sizeInBytes: number;
  readonly isLittleEndian: boolean;
}

const noteHeaderSizeInBytes = 12;
/** By a CPU note's name: one as long, so that nothing moves. s390x and arm have `LINUX`. */
const replacedNames: ReadonlyMap<string, string> = new Map([
  ['QEMU\0', 'GONE\0'],
  ['CORE\0', 'GONE\0'],
  ['LINUX\0', 'GONE!\0'],
]);
/** The wider of the two program headers. */
const programHeaderSizeInBytes = 56;
const typeOfNothing = 0x7fffffff;
/** No dump of the laboratory has more than a few kilobytes of notes. */
const maxNoteAreaInBytes = 1 << 20;

/**
 * CPU notes get a name and a type that no tool knows; every other byte stays. So the bytes are the
 * same, but no CPU's registers can be found.
 */
export function renameCpuNotes(notes: Uint8Array, isLittleEndian: boolean): Uint8Array {
  const renamed = Buffer.from(notes);
  const view = new DataView(renamed.buffer, renamed.byteOffset, renamed.length);
  let offset = 0;
  while (offset + noteHeaderSizeInBytes <= renamed.length) {
    const nameSizeInBytes = view.getUint32(offset, isLittleEndian);
    const descriptorSizeInBytes = view.getUint32(offset + 4, isLittleEndian);
    const nameOffset = offset + noteHeaderSizeInBytes;
    const name = renamed.toString('latin1', nameOffset, nameOffset + nameSizeInBytes);
    const replaced = replacedNames.get(name);
    if (replaced !== undefined) {
      renamed.write(replaced, nameOffset, 'latin1');
      view.setUint32(offset + 8, typeOfNothing, isLittleEndian);
    }
    offset = nameOffset + padded(nameSizeInBytes) + padded(descriptorSizeInBytes);
  }
  return renamed;
}

function padded(sizeInBytes: number): number {
  return Math.ceil(sizeInBytes / 4) * 4;
}

/**
 * Copies a dump and removes its CPU notes. @throws {Error} when the file is neither ELF nor plain
 * KDUMP.
 */
export function copyWithoutCpuNotes(sourceFile: string, targetFile: string): void {
  copyFileSync(sourceFile, targetFile, constants.COPYFILE_FICLONE);
  const file = openSync(targetFile, 'r+');
  try {
    const read = (fileOffset: number, sizeInBytes: number): Buffer => {
      const bytes = Buffer.alloc(sizeInBytes);
      readSync(file, bytes, 0, sizeInBytes, fileOffset);
      return bytes;
    };
    const area = findNoteArea(read);
    writeSync(
      file,
      renameCpuNotes(read(area.fileOffset, area.sizeInBytes), area.isLittleEndian),
      0,
      area.sizeInBytes,
      area.fileOffset,
    );
  } finally {
    closeSync(file);
  }
}

/**
 * @throws {Error} when the file is of another kind, or its note area is larger than in any dump of
 * the laboratory.
 */
export function findNoteArea(read: (fileOffset: number, sizeInBytes: number) => Buffer): NoteArea {
  const head = read(0, 64);
  const area =
    head.toString('latin1', 0, 8) === 'KDUMP   ' ? kdumpNotes(read) : elfNotes(head, read);
  if (area === undefined || area.sizeInBytes > maxNoteAreaInBytes) {
    throw new Error('no note area found: wanted an ELF or plain KDUMP file of the laboratory');
  }
  return area;
}

function elfNotes(
  head: Buffer,
  read: (fileOffset: number, sizeInBytes: number) => Buffer,
): NoteArea | undefined {
  const elfClass64 = 2;
  const noteSegment = 4; // PT_NOTE
  if (head.toString('latin1', 0, 4) !== '\x7fELF') {
    return undefined;
  }
  const isLittleEndian = head[5] === 1; // ELFDATA2LSB
  const { e_phoff, p_offset, p_filesz, isWide } =
    head[4] === elfClass64
      ? { e_phoff: 32, p_offset: 8, p_filesz: 32, isWide: true }
      : { e_phoff: 28, p_offset: 4, p_filesz: 16, isWide: false };
  const word = (view: DataView, at: number): number =>
    isWide ? Number(view.getBigUint64(at, isLittleEndian)) : view.getUint32(at, isLittleEndian);
  // QEMU writes PT_NOTE before every PT_LOAD.
  const first = viewOf(read(word(viewOf(head), e_phoff), programHeaderSizeInBytes));
  return first.getUint32(0, isLittleEndian) === noteSegment
    ? {
        fileOffset: word(first, p_offset),
        sizeInBytes: word(first, p_filesz),
        isLittleEndian,
      }
    : undefined;
}

/**
 * QEMU's two headers: see the table of header fields in format-kdump. Where the narrow one has
 * block_size, the wide one has microseconds, which QEMU leaves 0.
 */
function kdumpNotes(read: (fileOffset: number, sizeInBytes: number) => Buffer): NoteArea {
  const version = viewOf(read(8, 4));
  const isLittleEndian = version.getUint32(0, true) < version.getUint32(0, false);
  const wordAt = (at: number): number => viewOf(read(at, 4)).getUint32(0, isLittleEndian);
  const isNarrow = wordAt(416) !== 0;
  const subHeader = viewOf(read(wordAt(isNarrow ? 416 : 428), 64));
  return {
    fileOffset: Number(subHeader.getBigUint64(isNarrow ? 32 : 48, isLittleEndian)),
    sizeInBytes: isNarrow
      ? subHeader.getUint32(40, isLittleEndian)
      : Number(subHeader.getBigUint64(56, isLittleEndian)),
    isLittleEndian,
  };
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
