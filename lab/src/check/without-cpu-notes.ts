import { closeSync, constants, copyFileSync, openSync, readSync, writeSync } from 'node:fs';

/** Where a dump's notes lie in the file. */
export interface NoteArea {
  readonly fileOffset: number;
  readonly sizeInBytes: number;
}

const noteHeaderSizeInBytes = 12;
const cpuNoteNames: ReadonlySet<string> = new Set(['QEMU\0', 'CORE\0']);
/** As long as the names they replace, so that nothing moves. */
const nameOfNobody = 'GONE\0';
const typeOfNothing = 0x7fffffff;
/** No dump of the laboratory has more than a few kilobytes of notes. */
const maxNoteAreaInBytes = 1 << 20;

/**
 * CPU notes get a name and a type that no tool knows; every other byte stays. So the bytes are the
 * same, but no CPU's registers can be found.
 */
export function renameCpuNotes(notes: Uint8Array): Uint8Array {
  const renamed = Buffer.from(notes);
  let offset = 0;
  while (offset + noteHeaderSizeInBytes <= renamed.length) {
    const nameSizeInBytes = renamed.readUInt32LE(offset);
    const descriptorSizeInBytes = renamed.readUInt32LE(offset + 4);
    const nameOffset = offset + noteHeaderSizeInBytes;
    if (cpuNoteNames.has(renamed.toString('latin1', nameOffset, nameOffset + nameSizeInBytes))) {
      renamed.write(nameOfNobody, nameOffset, 'latin1');
      renamed.writeUInt32LE(typeOfNothing, offset + 8);
    }
    offset = nameOffset + padded(nameSizeInBytes) + padded(descriptorSizeInBytes);
  }
  return renamed;
}

function padded(sizeInBytes: number): number {
  return Math.ceil(sizeInBytes / 4) * 4;
}

/**
 * Copies a dump and removes its CPU notes. @throws {Error} when the file is neither ELF64 nor plain
 * KDUMP, little-endian.
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
      renameCpuNotes(read(area.fileOffset, area.sizeInBytes)),
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
    throw new Error('no note area found: wanted an ELF64 or plain KDUMP file of the laboratory');
  }
  return area;
}

function elfNotes(
  head: Buffer,
  read: (fileOffset: number, sizeInBytes: number) => Buffer,
): NoteArea | undefined {
  const elfClass64 = 2;
  const programHeaderSizeInBytes = 56;
  const noteSegment = 4; // PT_NOTE
  if (head.toString('latin1', 0, 4) !== '\x7fELF' || head[4] !== elfClass64) {
    return undefined;
  }
  const e_phoff = Number(head.readBigUInt64LE(32));
  const first = read(e_phoff, programHeaderSizeInBytes); // QEMU writes PT_NOTE before every PT_LOAD
  return first.readUInt32LE(0) === noteSegment
    ? {
        fileOffset: Number(first.readBigUInt64LE(8)),
        sizeInBytes: Number(first.readBigUInt64LE(32)),
      }
    : undefined;
}

function kdumpNotes(read: (fileOffset: number, sizeInBytes: number) => Buffer): NoteArea {
  // QEMU writes the 64-bit header, and the padded 32-bit one's block_size is at another place: see
  // the table of header fields in format-kdump.
  const block_size = read(428, 4).readUInt32LE();
  const subHeader = read(block_size, 64);
  return {
    fileOffset: Number(subHeader.readBigUInt64LE(48)),
    sizeInBytes: Number(subHeader.readBigUInt64LE(56)),
  };
}
