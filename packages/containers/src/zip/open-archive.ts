import type { ByteSource, Progress } from '@vmcorekit/core';
import { type ArchiveTools, ZipArchive } from './archive.ts';
import { readDirectory } from './central-directory.ts';
import { walkLocalHeaders } from './cut-archive.ts';
import { findEnd } from './end-record.ts';

/** Lists the files of an archive, by their own headers where its end is missing. */
export function* openArchive(
  file: ByteSource,
  tools: ArchiveTools,
): Generator<Progress, ZipArchive, void> {
  const end = findEnd(file);
  const members = yield* end === undefined ? walkLocalHeaders(file) : readDirectory(file, end);
  return new ZipArchive(file, members, tools);
}
