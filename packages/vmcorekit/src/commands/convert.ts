// Imports a lot: a conversion joins arguments, input, encoders, output and the terminal.
import type { Toolkit, WritableKind } from '@vmcorekit/engine';
import { convertedJson, writtenReport } from '@vmcorekit/report';
import { flag, value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { defaultWorkers, workersOption } from '../arguments/workers-option.ts';
import { type Command, defineCommand } from '../command.ts';
import { inputOpener, standardStream } from '../dumps/open-input.ts';
import { type BorrowedDump, borrowDump } from '../dumps/open-one-dump.ts';
import { settleLayout } from '../dumps/settle-layout.ts';
import { dumpExits } from '../exit-status.ts';
import { machineFound } from '../library/writing/machine-found.ts';
import { pageSizes, pageSizeToWrite } from '../library/writing/new-file.ts';
import { kindThat } from '../library/writing/output-kind.ts';
import { pageEncoders } from '../library/writing/write-dump.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { reportError } from '../terminal/report-error.ts';
import { excludeOption, pageFiltersOf } from '../writing/exclude-option.ts';
import { kindOption, outputKindFor } from '../writing/output-kind.ts';
import { refuseInput } from '../writing/refuse-input.ts';
import { reportLosses } from '../writing/report-losses.ts';
import { writeWithProgress } from '../writing/write-with-progress.ts';

export const convert: Command = defineCommand({
  readsAll: true,
  operands: [
    { name: 'IN', isRepeatable: true, isDump: true, completes: 'file' },
    { name: 'OUT', completes: 'file' },
  ],
  options: {
    to: kindOption('kdump', ['kdump', 'elf', 'flattened', 'lime', 'raw']),
    compression: value(
      'METHOD',
      'compress KDUMP pages with none, zlib (default), lzo, snappy or zstd',
      (text) => text,
      { choices: ['none', 'zlib', 'lzo', 'snappy', 'zstd'] },
    ),
    'page-size': value(
      'BYTES',
      "write pages of BYTES (default: the size in IN's VMCOREINFO, else IN's)",
      pageSize,
      { choices: ['4096', '16384', '65536'] },
    ),
    exclude: excludeOption,
    workers: workersOption('encode pages'),
    split: value('N', 'split a KDUMP dump into N files, OUT.1 to OUT.N', partCount),
    force: flag('replace OUT if it exists', 'f'),
  },
  details: [
    'Writes a dump as KDUMP, ELF, flattened KDUMP, LiME or raw memory. Memory, notes and ' +
      'header values stay the same; `vmcorekit compare` checks that. OUT appears only when it ' +
      'is complete.',
    'LiME and raw files hold memory alone. In a raw file each byte lies at the offset that is ' +
      'its address.',
    'Several INs are the parts of one split dump, in any order. If IN is `-`, reads standard ' +
      'input. If OUT is `-`, writes a flattened stream to standard output.',
    'Pages that the filter `zero` leaves out still read as zeros. What other filters leave ' +
      'out is unknown in OUT. Pages of IN that cannot be read are left out and counted.',
  ],
  exits: {
    ...dumpExits,
    0: 'everything was converted',
    1: 'pages or notes could not be read, or a part of a split IN is missing',
  },
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
    let borrowed: BorrowedDump;
    try {
      refuseInput(inputs, paths);
      borrowed = await borrowDump(invocation, inputs, inputOpener(invocation, path));
    } catch (error) {
      io.signal.throwIfAborted();
      return reportError(io, error, { json: global.json, debug: global.debug, files: inputs });
    }
    using opened = borrowed;
    const { dump } = opened;
    const kernel = await settleLayout(invocation, dump, true);
    const written = await writeWithProgress(
      invocation,
      dump,
      { paths, kind, mayReplace: options.force },
      {
        ...(options.compression === undefined ? {} : { compression: options.compression }),
        ...pageSizeToWrite(dump, options['page-size']),
        ...machineFound(toolkit, dump, kernel),
        filters,
        pageEncoder: pageEncoders(options.workers ?? defaultWorkers()),
      },
    );
    if (path !== standardStream) {
      await writeAnswer(
        invocation,
        () => convertedJson(dump, written),
        (style) => writtenReport(written, style, kind.limits),
      );
    }
    return await reportLosses(io, dump, written.report);
  },
});

const maxParts = 1000;

function pageSize(text: string, option: string): number {
  const size = pageSizes.find((each) => String(each) === text);
  if (size === undefined) {
    throw new UsageError(`${option}: got '${text}', wanted one of ${pageSizes.join(', ')}`);
  }
  return size;
}

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
    const advice = able === undefined ? '' : `; use --to ${able.name} and write files`;
    throw new UsageError(
      `--split: ${kind.canSplit ? 'standard output' : kind.summary} cannot be split${advice}`,
    );
  }
  return [`${path}.1`, ...Array.from({ length: parts - 1 }, (_, index) => `${path}.${index + 2}`)];
}
