import { basename } from 'node:path';
import type { Dump, Progress, WriteOptions, WriteReport } from '@vmcorekit/core';
import type { WritableKind } from '@vmcorekit/engine';
import type { Invocation } from '../command.ts';
import { memorySizeOf } from '../output/memory-size.ts';
import { ProgressLine } from '../output/progress-line.ts';
import { Outputs } from './open-output.ts';

/** Where a dump shall go: one path, or one for each part of a split one. */
export interface WriteTarget {
  readonly paths: readonly [string, ...string[]];
  readonly kind: WritableKind;
  readonly mayReplace: boolean;
}

export interface WrittenDump {
  /** The kind's name. */
  readonly kind: string;
  readonly files: readonly { readonly path: string; readonly sizeInBytes: number }[];
  readonly report: WriteReport;
}

/** Writes a dump to files that appear when all is whole, or to standard output, telling on stderr how far it is. */
export async function writeDump(
  { toolkit, io, global }: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  dump: Dump,
  { paths, kind, mayReplace }: WriteTarget,
  options: WriteOptions,
): Promise<WrittenDump> {
  using outputs = new Outputs(io, paths, mayReplace);
  using line = new ProgressLine(io, global.quiet, memorySizeOf(dump));
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
