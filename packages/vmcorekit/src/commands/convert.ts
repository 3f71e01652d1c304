// Imports a lot: a conversion joins arguments, input, encoders, output and the terminal.
import type { Dump } from '@vmcorekit/core';
import type { Toolkit, WritableKind } from '@vmcorekit/engine';
import { conditionsJson, filesJson, writtenJson, writtenReport } from '@vmcorekit/report';
import { flag, value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { defaultWorkers, workersOption } from '../arguments/workers-option.ts';
import { type Command, defineCommand } from '../command.ts';
import { inputOpener, standardStream } from '../dumps/open-input.ts';
import { openOneDump } from '../dumps/open-one-dump.ts';
import { kindThat } from '../library/writing/output-kind.ts';
import { pageEncoders } from '../library/writing/write-dump.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { reportError } from '../terminal/report-error.ts';
import { excludeOption, pageFiltersOf } from '../writing/exclude-option.ts';
import { kindOption, outputKindFor } from '../writing/output-kind.ts';
import { refuseInput } from '../writing/refuse-input.ts';
import { tellLosses } from '../writing/tell-losses.ts';
import { writeWithProgress } from '../writing/write-with-progress.ts';

export const convert: Command = defineCommand({
  operands: [
    { name: 'IN', isRepeatable: true, completes: 'file' },
    { name: 'OUT', completes: 'file' },
  ],
  options: {
    to: kindOption('kdump'),
    compression: value(
      'METHOD',
      'of KDUMP pages: none, zlib, lzo, snappy, zstd (default zlib)',
      (text) => text,
      { choices: ['none', 'zlib', 'lzo', 'snappy', 'zstd'] },
    ),
    exclude: excludeOption,
    workers: workersOption('encode pages'),
    split: value('N', 'write OUT.1 to OUT.N, the parts of one split KDUMP dump', partCount),
    force: flag('replace OUT where it exists', 'f'),
  },
  details: [
    'Writes a dump anew as KDUMP, ELF or flattened KDUMP. Several INs are the parts of one split dump, in any order. IN `-` is standard ' +
      'input, OUT `-` a flattened stream on standard output. Memory, notes and what the header says stay the same: `vmcorekit compare` ' +
      'tells. The output gets its name when it is whole, and replaces nothing without --force.',
    'Pages left out as zero read as zero; what any other filter leaves out is unknown from then on. Pages of IN that cannot be read are ' +
      'left out, counted, and the exit status is 1; so it is where a part of a split IN is missing, or notes cannot be read.',
  ],
  examples: [
    'vmcore vmcore.elf',
    '--compression lzo vmcore vmcore.kdump',
    'part.1 part.2 joined',
    '--split 4 vmcore part',
    'vmcore - | ssh host "vmcorekit convert - vmcore"',
  ],
  async run(invocation) {
    const { toolkit, io, global, options, operands } = invocation;
    const inputs = operands.slice(0, -1);
    const path = operands.at(-1) ?? '';
    const kind = outputKindFor(toolkit, path, options.to);
    if (path === standardStream && global.json) {
      throw new UsageError('--json and the dump cannot both go to standard output');
    }
    const filters = pageFiltersOf(toolkit, options.exclude);
    const paths = partPaths(toolkit, path, kind, options.split);
    let opened: Dump;
    try {
      refuseInput(inputs, paths);
      opened = await openOneDump(invocation, inputs, inputOpener(invocation, path));
    } catch (error) {
      io.signal.throwIfAborted();
      return reportError(io, error, { json: global.json, debug: global.debug, files: inputs });
    }
    using dump = opened;
    const written = await writeWithProgress(
      invocation,
      dump,
      { paths, kind, mayReplace: options.force },
      {
        ...(options.compression === undefined ? {} : { compression: options.compression }),
        filters,
        pageEncoder: pageEncoders(options.workers ?? defaultWorkers()),
      },
    );
    if (path !== standardStream) {
      await writeAnswer(
        invocation,
        () => ({
          schema: 1,
          ...filesJson(dump.files),
          ...writtenJson(written),
          conditions: conditionsJson(dump.damage),
        }),
        (style) => writtenReport(written, style, kind.limits),
      );
    }
    return await tellLosses(io, dump, written.report);
  },
});

const maxParts = 1000;

function partCount(text: string, option: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count < 2 || count > maxParts) {
    throw new UsageError(`${option}: got '${text}', wanted a number from 2 to ${maxParts}`);
  }
  return count;
}

/** Where to write: OUT, or OUT.1 and so on. Throws `UsageError` for what cannot be split. */
function partPaths(
  toolkit: Toolkit,
  path: string,
  kind: WritableKind,
  parts: number | undefined,
): [string, ...string[]] {
  if (parts === undefined) {
    return [path];
  }
  if (!kind.canSplit || path === standardStream) {
    const able = kindThat(toolkit, ({ canSplit }) => canSplit);
    const advice = able === undefined ? '' : `; --to ${able.name}, into files, can`;
    throw new UsageError(
      `--split: ${kind.canSplit ? 'standard output' : kind.summary} cannot be split${advice}`,
    );
  }
  return [`${path}.1`, ...Array.from({ length: parts - 1 }, (_, index) => `${path}.${index + 2}`)];
}
