import type { Dump, PageFilter, Toolkit } from '@vmcorekit/core';
import { flag, names, value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand } from '../command.ts';
import { openOneDump } from '../dumps/open-one-dump.ts';
import { exitStatus } from '../exit-status.ts';
import { write } from '../io.ts';
import { filesJson } from '../json/files-json.ts';
import { jsonLine } from '../json/json-line.ts';
import { createStyle } from '../output/style.ts';
import { reportError } from '../report/report-error.ts';
import { kindOption, outputKindFor, standardOutput } from '../writing/output-kind.ts';
import { defaultWorkers, mostWorkers, pageEncoders } from '../writing/page-encoders.ts';
import { refuseInput } from '../writing/refuse-input.ts';
import { writeDump } from '../writing/write-dump.ts';
import { unreadableText, writtenJson, writtenReport } from '../writing/written-report.ts';

export const convert: Command = defineCommand({
  operands: [{ name: 'IN', isRepeatable: true }, { name: 'OUT' }],
  options: {
    to: kindOption,
    compression: value('METHOD', 'of KDUMP pages: none, zlib, lzo, snappy, zstd (default zlib)', (text) => text),
    exclude: names('KIND,...', 'leave pages out: zero'),
    filter: names('NAME,...', 'ask these page filters about every page, in order; plug-ins bring their own'),
    workers: value('N', 'encode pages in N threads; 1 for none but its own (default: one a core, 16 at most)', workerCount),
    force: flag('replace OUT where it exists', 'f'),
  },
  details: [
    'Writes a dump anew as KDUMP, ELF or flattened KDUMP. Several INs are the parts of one split dump, in any order. OUT `-` is a\n' +
      'flattened stream on standard output. Memory, notes and what the header says stay the same: `vmcorekit compare` tells. The output\n' +
      'gets its name when it is whole, and replaces nothing without --force.',
    'Pages left out as zero read as zero; what any other filter leaves out is unknown from then on. Pages of IN that cannot be read are\n' +
      'left out, counted, and the exit status is 1.',
  ],
  examples: [
    'vmcore vmcore.elf',
    '--compression lzo vmcore vmcore.kdump',
    'part.1 part.2 joined',
    'vmcore - | ssh host "cat > vmcore"',
  ],
  async run(invocation) {
    const { toolkit, io, global, options, operands } = invocation;
    const inputs = operands.slice(0, -1);
    const path = operands.at(-1) ?? '';
    const kind = outputKindFor(path, options.to);
    if (path === standardOutput && global.json) {
      throw new UsageError('--json and the dump cannot both go to standard output');
    }
    const filters = filtersOf(toolkit, options);
    let opened: Dump;
    try {
      refuseInput(inputs, path);
      opened = await openOneDump(toolkit, inputs);
    } catch (error) {
      return reportError(io, error, { json: global.json, debug: global.debug, files: inputs });
    }
    using dump = opened;
    const written = await writeDump(
      invocation,
      dump,
      { path, kind, mayReplace: options.force },
      {
        ...(options.compression === undefined ? {} : { compression: options.compression }),
        filters,
        pageEncoder: pageEncoders(options.workers ?? defaultWorkers()),
      },
    );
    if (path !== standardOutput) {
      const style = createStyle(io, global['no-color']);
      const answer = global.json
        ? jsonLine({ schema: 1, ...filesJson(dump.files), ...writtenJson(written) })
        : writtenReport(written, style);
      await write(io.stdout, answer);
    }
    const { pagesUnreadable } = written.report;
    if (pagesUnreadable === 0) {
      return exitStatus.answered;
    }
    await write(io.stderr, `vmcorekit: ${unreadableText(pagesUnreadable)}\n`);
    return exitStatus.unanswered;
  },
});

function workerCount(text: string, option: string): number {
  const count = Number(text);
  if (!/^[0-9]+$/.test(text) || count < 1 || count > mostWorkers) {
    throw new UsageError(`${option}: got '${text}', wanted a number from 1 to ${mostWorkers}`);
  }
  return count;
}

/** The page filters asked for. Throws `UsageError`, or `unknown-name` for a filter there is not. */
function filtersOf(
  toolkit: Toolkit,
  { exclude, filter }: { readonly exclude: readonly string[] | undefined; readonly filter: readonly string[] | undefined },
): PageFilter[] {
  const other = exclude?.find((kind) => kind !== 'zero');
  if (other !== undefined) {
    throw new UsageError(`--exclude: got '${other}', wanted zero; --filter takes the names of page filters`);
  }
  return [...new Set([...(exclude ?? []), ...(filter ?? [])])].map((name) => toolkit.registry.named('pageFilters', name));
}
