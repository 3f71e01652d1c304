import {
  type ArchitectureTable,
  type ByteSink,
  type ByteSource,
  type CompressorRegistry,
  type DumpImage,
  type DumpWriter,
  type FileChange,
  type PatchOptions,
  type Progress,
  VmcorekitError,
  type WriteOptions,
  type WriteReport,
} from '@vmcorekit/core';
import { guardedWork } from '../running/plugin-call.ts';
import type { StepLimit } from '../running/step-limit.ts';
import type { Registry } from './registry.ts';

/** What dumps are written with. */
export interface WritingParts {
  readonly registry: Registry;
  readonly architectures: ArchitectureTable;
  readonly compressors: CompressorRegistry;
}

/** `Toolkit.write`, up to the first byte. */
export async function startWriting(
  { registry, architectures, compressors }: WritingParts,
  image: DumpImage,
  format: string,
  sink: ByteSink | readonly ByteSink[],
  options: WriteOptions,
): Promise<Generator<Progress, WriteReport, void>> {
  const { writer } = registry.named('formats', format);
  refuseFrames(image);
  refuseKind(format, writer, options);
  const isSplit = 'length' in sink;
  const context = { architectures, compressors };
  const work = isSplit
    ? writer?.writeSplit?.(image, sink, options, context)
    : writer?.write(image, sink, options, context);
  if (work === undefined) {
    const able = registry
      .all('formats')
      .filter((other) => other.writer !== undefined && (!isSplit || 'writeSplit' in other.writer));
    throw new VmcorekitError('unsupported', {
      what: `writing ${format}${isSplit ? ' in several files' : ''}`,
      advice: `choose one of ${able.map(({ name }) => name).join(', ')}`,
    });
  }
  return await work;
}

/** `Toolkit.planPatch`. */
export function planPatch(
  registry: Registry,
  image: DumpImage,
  contents: ByteSource,
  file: ByteSource,
  options: PatchOptions,
  stepLimit: StepLimit | undefined,
): FileChange[] {
  const { name, writer } = registry.named('formats', image.format);
  if (writer?.patch === undefined) {
    throw new VmcorekitError('unsupported', {
      what: `changing ${name} in place`,
      advice: 'write a new file instead',
    });
  }
  return guardedWork(
    `format '${name}'`,
    () => writer.patch?.(image, contents, file, options) ?? [],
    stepLimit,
  );
}

/**
 * A filter that hangs looks like any other, or like the writer. So all that take part are named.
 */
export function writingThrough({ filters = [] }: WriteOptions): string {
  const names = filters.map(({ name }) => `'${name}'`).join(', ');
  return names === '' ? 'writing' : `writing, with the page filters ${names},`;
}

function refuseFrames({ tableFrames }: DumpImage): void {
  if (tableFrames !== undefined) {
    throw new VmcorekitError('unsupported', {
      what: `writing page tables that hold ${tableFrames.name}s, which other tools would misread`,
      advice: tableFrames.insteadOfCopy,
    });
  }
}

function refuseKind(format: string, writer: DumpWriter | undefined, { kind }: WriteOptions): void {
  if (
    kind !== undefined &&
    writer !== undefined &&
    !writer.kinds.some(({ name }) => name === kind)
  ) {
    const allowed = writer.kinds.map(({ name }) => name).join(', ');
    throw new VmcorekitError('usage', { what: `a kind of ${format} file`, got: kind, allowed });
  }
}
