import { basename } from 'node:path';
import type { Dump, Progress, WriteOptions, WriteReport } from '@vmcorekit/core';
import { FlattenedSink } from '@vmcorekit/format-kdump';
import type { Invocation } from '../command.ts';
import { ProgressLine } from '../output/progress-line.ts';
import { openOutput } from './open-output.ts';
import type { OutputKind } from './output-kind.ts';
import { timeLeft } from './time-left.ts';

export interface WrittenDump {
  readonly kind: OutputKind;
  readonly path: string;
  readonly sizeInBytes: number;
  readonly report: WriteReport;
}

/** Writes a dump to a file that appears when it is whole, or to standard output, telling on stderr how far it is. */
export async function writeDump(
  { toolkit, io, global }: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  dump: Dump,
  target: { readonly path: string; readonly kind: OutputKind; readonly mayReplace: boolean },
  options: WriteOptions,
): Promise<WrittenDump> {
  using output = openOutput(io, target.path, target.mayReplace);
  using line = new ProgressLine(io, global.quiet);
  const about = basename(dump.files[0] ?? '');
  const left = timeLeft();
  const flattened = target.kind === 'flattened' ? new FlattenedSink(output.sink) : null;
  const format = target.kind === 'elf' ? 'elf' : 'kdump';
  const report = await toolkit.write(dump.image, format, flattened ?? output.sink, options, {
    signal: io.signal,
    onProgress: (progress: Progress) => line.show({ ...progress, doing: progress.doing + left(progress) }, about),
    beforeNextStep: () => output.beforeNextStep(),
  });
  flattened?.finish();
  await output.commit();
  return { kind: target.kind, path: target.path, sizeInBytes: output.sizeInBytes, report };
}
