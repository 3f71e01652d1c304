import {
  type ByteSource,
  parseWriterStamp,
  type WriterStamp,
  writerStampSizeInBytes,
} from '@vmcorekit/core';
import { PT_LOAD, PT_NOTE } from './elf-constants.ts';
import type { ProgramHeaders } from './program-headers.ts';

const alignmentInBytes = 16;

/**
 * The stamp lies right after the notes, in no segment. `makedumpfile -E` copies headers, notes and
 * memory, and begins its first segment where the notes end (1.7.2 and 1.7.6, tried).
 */
export function writerStampOffset(notesEnd: number): number {
  return Math.ceil(notesEnd / alignmentInBytes) * alignmentInBytes;
}

/** The stamp of the file's writer there. Memory is ignored, because a guest may hold anything. */
export function readWriterStamp(source: ByteSource, headers: ProgramHeaders): WriterStamp | null {
  let notesEnd = 0;
  let memoryStart = source.sizeInBytes;
  for (let index = 0; index < headers.count; index++) {
    const [fileOffset = 0, fileSize = 0] = [headers.offset[index], headers.fileSize[index]];
    if (headers.type[index] === PT_NOTE) {
      notesEnd = fileOffset + fileSize;
    } else if (headers.type[index] === PT_LOAD && fileSize > 0) {
      memoryStart = Math.min(memoryStart, fileOffset);
    }
  }
  const fileOffset = writerStampOffset(notesEnd);
  if (notesEnd === 0 || fileOffset + writerStampSizeInBytes > memoryStart) {
    return null;
  }
  const bytes = new Uint8Array(writerStampSizeInBytes);
  source.readInto(fileOffset, bytes);
  return parseWriterStamp(bytes, fileOffset);
}
