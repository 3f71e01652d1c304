import { type ByteSource, type Progress, SliceSource } from '@vmcorekit/core';
import { type ArchiveTools, ZipArchive } from './archive.ts';
import { readDirectory } from './central-directory.ts';
import { walkLocalHeaders } from './cut-archive.ts';
import { findEnd } from './end-record.ts';
import { unmentionedInBytes } from './self-extracting.ts';

/** Lists the files of an archive, by their own headers where its end is missing. */
export function* openArchive(
  file: ByteSource,
  tools: ArchiveTools,
): Generator<Progress, ZipArchive, void> {
  const end = findEnd(file);
  if (end === undefined) {
    return new ZipArchive(file, yield* walkLocalHeaders(file), tools);
  }
  const stubInBytes = unmentionedInBytes(file, end);
  if (stubInBytes === 0) {
    return new ZipArchive(file, yield* readDirectory(file, end), tools);
  }
  const archive = new SliceSource(file, stubInBytes, file.sizeInBytes - stubInBytes);
  const inArchive = { ...end, fileOffset: end.fileOffset - stubInBytes };
  return new ZipArchive(archive, yield* readDirectory(archive, inArchive), tools);
}
