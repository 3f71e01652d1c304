import type { LocatedKernel } from '@vmcorekit/core';
import { flag } from '../arguments/option-spec.ts';
import { type RowForm, rowFormOf, rowFormOptionTable } from '../arguments/row-form-options.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand, type Invocation } from '../command.ts';
import { haveAtLeast } from '../dumps/first-dumps.ts';
import { locateOptionsOf, locateOptionTable } from '../dumps/locate-options.ts';
import { ManyDumps, recursiveOption } from '../dumps/many-dumps.ts';
import { dumpExits } from '../exit-status.ts';
import { write } from '../io.ts';
import type { Presenter } from '../probing/presenter.ts';
import { probeOne } from '../probing/probe-one.ts';
import { jsonPresenter, reportPresenter } from '../probing/report-presenters.ts';
import { rowPresenter, tablePresenter } from '../probing/row-presenters.ts';
import { createStyle } from '../terminal/style.ts';

/** From this many dumps on, a table is easier to read than reports. */
const dumpsInTable = 3;

const optionTable = {
  ...locateOptionTable,
  recursive: recursiveOption,
  table: flag('show a row for each dump (default from three dumps on, and for folders)'),
  'no-table': flag('show a report for each dump, however many there are'),
  ...rowFormOptionTable,
  verbose: flag(
    'show the whole report: all evidence, reasons and remarks; also name each file ' +
      'that -r passes over',
    'v',
  ),
};

export const probe: Command = defineCommand({
  operands: [{ name: 'DUMP', isRepeatable: true, isDump: true, completes: 'file' }],
  options: optionTable,
  details: [
    'Finds the kernel in each dump. Shows where it lies, how sure that is, and on what evidence. ' +
      'Shows who captured the memory and who wrote the file. Ends with the commands to go on with.',
    'It reports only what it can prove. The parts of a split dump are joined, in any order.',
    'A file without a header is tried as raw memory. FILE@ADDRESS says where it lies; several ' +
      'with commas between them are one dump. BASE+DIFF puts layers of memory together.',
  ],
  exits: {
    ...dumpExits,
    0: 'every answer is certain or probable',
    1: 'a dump has no answer, or no dump was found',
  },
  examples: [
    'vmcore',
    '--json dump.1 dump.2',
    '-r /var/crash',
    '--all --symbols System.map vmcore',
    '--only step-scan --option step-scan.to=32MiB vmcore',
  ],
  async run(invocation) {
    const { toolkit, options, operands, io } = invocation;
    const form = formAsked(invocation);
    const search = await locateOptionsOf(toolkit, options);
    const many = new ManyDumps(invocation, options.verbose);
    const given = many.dumps(operands, options.recursive);
    const { areMany, all } =
      form === undefined && operands.length >= dumpsInTable
        ? await haveAtLeast(dumpsInTable, given)
        : { areMany: false, all: given };
    const chosen = form ?? (areMany ? 'table' : 'report');
    const pathOfBuild = new Map(
      search.symbolFiles?.map(({ buildId }, index) => [buildId, options.symbols[index]]),
    );
    const presenter = presenterOf(invocation, chosen, ({ buildId }) =>
      buildId === null ? undefined : pathOfBuild.get(buildId),
    );
    await write(io.stdout, presenter.start());
    for await (const dumpFiles of all) {
      const status = await probeOne(invocation, search, presenter, many, dumpFiles);
      if (status !== undefined) {
        many.count(status);
      }
    }
    await write(io.stdout, presenter.end());
    return await many.end();
  },
});

type Form = 'report' | 'json' | 'table' | RowForm;

/** The form that the options ask for; undefined if the number of dumps decides. */
function formAsked({
  options,
  global,
}: Pick<Invocation<typeof optionTable>, 'options' | 'global'>): Form | undefined {
  const forPrograms = rowFormOf(options, global) ?? (global.json ? 'json' : undefined);
  const other = forPrograms ?? (options['no-table'] ? 'no-table' : undefined);
  if (options.table && other !== undefined) {
    throw new UsageError(`--table cannot be used with --${other}: choose one`);
  }
  if (forPrograms !== undefined || options.table) {
    return forPrograms ?? 'table';
  }
  if (options['no-table'] || options.verbose || options.all) {
    return 'report';
  }
  return options.recursive ? 'table' : undefined;
}

function presenterOf(
  { io, global, options, operands }: Invocation<typeof optionTable>,
  form: Form,
  vmlinuxOf: (kernel: LocatedKernel) => string | undefined,
): Presenter {
  switch (form) {
    case 'report':
      return reportPresenter(createStyle(io, global), {
        verbose: options.verbose || options.all,
        vmlinuxOf,
      });
    case 'json':
      return jsonPresenter;
    case 'table':
      return tablePresenter({ io, global, paths: operands, isRecursive: options.recursive });
    default:
      return rowPresenter(form);
  }
}
