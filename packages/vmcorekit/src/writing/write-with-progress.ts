import { basename } from 'node:path';
import { type Dump, type Progress, sizeOfRanges, type WriteOptions } from '@vmcorekit/core';
import type { WritableKind } from '@vmcorekit/engine';
import type { WrittenDump } from '@vmcorekit/report';
import type { Invocation } from '../command.ts';
import { standardStream } from '../dumps/open-input.ts';
import { asOutputError } from '../io.ts';
import { FileOutput, Outputs } from '../library/writing/outputs.ts';
import { writeDump } from '../library/writing/write-dump.ts';
import { ProgressLine } from '../terminal/progress-line.ts';
import { StreamOutput } from './stream-output.ts';

/** Where to write a dump: one path, or one for each part of a split dump. */
export interface WriteTarget {
  readonly paths: readonly [string, ...string[]];
  readonly kind: WritableKind;
  readonly mayReplace: boolean;
}

/**
 * Writes a dump to files that appear when all are complete, or to standard output, with progress on
 * stderr. Throws `OutputError` if the output fails.
 */
export async function writeWithProgress(
  { toolkit, io, global }: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  dump: Dump,
  { paths, kind, mayReplace }: WriteTarget,
  options: WriteOptions,
): Promise<WrittenDump> {
  const { signal } = io;
  const attempt = <Result>(work: () => Result): Result => asOutputError(work, '--force');
  using outputs = new Outputs(paths, (path) =>
    path === standardStream
      ? new StreamOutput(io)
      : new FileOutput(path, { mayReplace, signal, attempt }),
  );
  using line = new ProgressLine(io, global.quiet, sizeOfRanges(dump.image.memory.ranges));
  const about = basename(dump.files[0] ?? '');
  const onProgress = (progress: Progress): void => line.show(progress, about);
  return await writeDump(toolkit, dump.image, outputs, kind, options, { signal, onProgress });
}
