import { basename } from 'node:path';
import { plugin as builtIn } from '@vmcorekit/compressors';
import {
  type Dump,
  InlinePageEncoder,
  type PageEncoderFactory,
  type Progress,
  sizeOfRanges,
  type WriteOptions,
} from '@vmcorekit/core';
import type { WritableKind } from '@vmcorekit/engine';
import { ThreadedPageEncoder } from '@vmcorekit/node';
import type { WrittenDump } from '@vmcorekit/report';
import type { Invocation } from '../command.ts';
import { ProgressLine } from '../terminal/progress-line.ts';
import { Outputs } from './open-output.ts';

/** Where a dump shall go: one path, or one for each part of a split one. */
export interface WriteTarget {
  readonly paths: readonly [string, ...string[]];
  readonly kind: WritableKind;
  readonly mayReplace: boolean;
}

/** Writes a dump to files that appear when all is whole, or to standard output, telling on stderr how far it is. */
export async function writeDump(
  { toolkit, io, global }: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  dump: Dump,
  { paths, kind, mayReplace }: WriteTarget,
  options: WriteOptions,
): Promise<WrittenDump> {
  using outputs = new Outputs(io, paths, mayReplace);
  using line = new ProgressLine(io, global.quiet, sizeOfRanges(dump.image.memory.ranges));
  const about = basename(dump.files[0] ?? '');
  const sinks = outputs.files.map(({ sink }) => sink);
  const [sink] = sinks;
  const report = await toolkit.write(
    dump.image,
    kind.format,
    sinks.length === 1 && sink !== undefined ? sink : sinks,
    { ...options, kind: kind.name },
    {
      signal: io.signal,
      onProgress: (progress: Progress) => line.show(progress, about),
      beforeNextStep: () => outputs.beforeNextStep(),
    },
  );
  await outputs.commit();
  return { kind: kind.name, files: outputs.files.map(({ path, sizeInBytes }) => ({ path, sizeInBytes })), report };
}

/** Encoders in `workers` threads, the caller's among them. A plug-in's codec is only known in the caller's. */
export function pageEncoders(workers: number): PageEncoderFactory {
  return (codec, pageSizeInBytes) =>
    workers > 1 && codec !== null && builtIn.compressors?.includes(codec) === true
      ? new ThreadedPageEncoder(new URL('./encode-worker.js', import.meta.url), workers - 1, codec, pageSizeInBytes)
      : new InlinePageEncoder(codec, pageSizeInBytes);
}
