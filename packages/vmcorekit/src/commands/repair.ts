import { type Dump, printable } from '@vmcorekit/core';
import type { WritableKind } from '@vmcorekit/engine';
import { flag, value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand, type Invocation } from '../command.ts';
import { locateOptionsOf, locateOptionTable } from '../dumps/locate-options.ts';
import { inputOpener, standardStream } from '../dumps/open-input.ts';
import { withDump } from '../dumps/with-dump.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { complain, write } from '../io.ts';
import { filesJson } from '../json/files-json.ts';
import { jsonLine } from '../json/json-line.ts';
import { createStyle } from '../output/style.ts';
import { planInPlace, repairInPlace } from '../repairing/in-place.ts';
import { markerPlan, planRepair, type RepairPlan, writeOptionsOf } from '../repairing/plan-repair.ts';
import { changeLines, changesJson, filterLines, planJson, planLines } from '../repairing/repair-report.ts';
import { readUndoRecord, undoRepair } from '../repairing/undo-repair.ts';
import { excludeOption, pageFiltersOf } from '../writing/exclude-option.ts';
import { kindOfInput, kindOption, kindThat, namedKind, outputKindFor } from '../writing/output-kind.ts';
import { refuseInput } from '../writing/refuse-input.ts';
import { tellLosses } from '../writing/tell-losses.ts';
import { type WriteTarget, writeDump } from '../writing/write-dump.ts';
import { writtenJson, writtenReport } from '../writing/written-report.ts';

const options = {
  'in-place': flag('change IN itself, a few bytes of it: a KDUMP file, plain or flattened'),
  'dry-run': flag('say what would be written, and write nothing'),
  undo: value('FILE', 'with --in-place: note there what was; alone: restore what FILE says', (text) => text),
  mark: flag('write only the marker ~0 as phys_base, for readers that know it; nothing is searched for'),
  to: kindOption,
  exclude: excludeOption,
  force: flag('repair although the verdict is not certain; replace OUT where it exists', 'f'),
  ...locateOptionTable,
};
type RepairInvocation = Invocation<typeof options>;

export const repair: Command = defineCommand({
  operands: [
    { name: 'IN', isOptional: true, isRepeatable: true },
    { name: 'OUT', isOptional: true },
  ],
  options,
  details: [
    'Writes what the maker of the dump should have written: phys_base, the names of `uname`, a VMCOREINFO note where every reader looks\n' +
      'for it, ordinary ELF headers, and a stamp. Then crash, drgn, makedumpfile and libkdumpfile take it. Refused while the verdict is\n' +
      'not certain, unless --force, or --phys-base says where the kernel lies. OUT is of the format of IN, unless --to. Several INs are\n' +
      'the parts of one split dump, in any order; OUT is whole.',
    'With --in-place IN itself is changed: notes are added at its end, and header fields set. --dry-run shows the exact bytes, --undo FILE\n' +
      'keeps what was there, and `vmcorekit repair --undo FILE` puts it back, bytes and length: only into a dump that vmcorekit wrote\n' +
      'last, and where what the repair wrote is as it left it. IN keeps its kind, and of --exclude only rom can be had, which wants\n' +
      '--undo FILE. What is mended already is left as it is.',
    'With --mark a KDUMP file says that its phys_base is not known, and stays as it is otherwise. A chain of tools that understands the\n' +
      'marker searches then; others do not.',
  ],
  examples: ['vmcore vmcore.mended', '--in-place --dry-run vmcore', '--in-place --undo vmcore.undo vmcore', '--undo vmcore.undo'],
  async run(invocation) {
    const { toolkit, operands } = invocation;
    const { 'in-place': inPlace, undo, 'dry-run': isDry } = invocation.options;
    if (undo !== undefined && !inPlace) {
      return await restore(invocation, undo, operands);
    }
    const hasOutput = !inPlace && !isDry;
    const inputs = hasOutput ? operands.slice(0, -1) : operands;
    const output = hasOutput ? operands.at(-1) : undefined;
    if (inputs.length === 0 || (inPlace && inputs.length > 1)) {
      throw new UsageError(
        'wanted IN and OUT, or --in-place and IN, or --dry-run and IN, or --undo FILE (usage: vmcorekit repair --help)',
      );
    }
    const search = locateOptionsOf(toolkit, invocation.options);
    if (inPlace && invocation.options.to !== undefined) {
      throw new UsageError('--to: with --in-place IN keeps its format; a new file takes another');
    }
    const patchable = toolkit.registry.all('formats').flatMap(({ writer }) => writer?.patchFilters ?? []);
    if (inPlace && invocation.options.exclude?.some((name) => !patchable.includes(name))) {
      throw new UsageError(
        `--exclude: with --in-place only ${patchable.join(', ')} can be left out; a new file takes the others`,
      );
    }
    if (inPlace && invocation.options.exclude !== undefined && undo === undefined && !isDry) {
      throw new UsageError('--exclude: with --in-place it moves the bitmaps of IN, so it wants --undo FILE');
    }
    if (invocation.options.mark && search.told !== undefined) {
      throw new UsageError('--mark says that phys_base is not known; --phys-base and --kaslr-offset say what it is');
    }
    if (invocation.options.to !== undefined) {
      namedKind(toolkit, invocation.options.to);
    }
    if (output !== undefined) {
      outputKindFor(toolkit, output, invocation.options.to);
      refuseInput(inputs, [output]);
    }
    return await withDump(
      invocation,
      inputs,
      async (dump) => {
        const plan = invocation.options.mark ? markerPlan : await planRepair(invocation, dump, search, invocation.options.force);
        if ('because' in plan) {
          return await refuse(invocation, dump, plan.because);
        }
        return inPlace ? await changeInput(invocation, dump, plan) : await writeNew(invocation, dump, plan, output);
      },
      inPlace ? undefined : inputOpener(invocation, output),
    );
  },
});

async function refuse({ io, global }: RepairInvocation, dump: Dump, because: string): Promise<ExitStatus> {
  await complain(io, `vmcorekit: ${printable(`${dump.files[0]}: not repaired: ${because}`)}\n`);
  if (global.json) {
    await write(io.stdout, jsonLine({ schema: 1, ...filesJson(dump.files), error: { code: 'not-certain', message: because } }));
  }
  return exitStatus.unanswered;
}

async function changeInput(invocation: RepairInvocation, dump: Dump, plan: RepairPlan): Promise<ExitStatus> {
  const { io, global, toolkit } = invocation;
  const filters = pageFiltersOf(toolkit, invocation.options.exclude);
  const repairing = await planInPlace(invocation, dump, plan, filters);
  const isDry = invocation.options['dry-run'];
  const { path, changes } = repairing;
  const isMended = changes.length === 0;
  if (!isDry && !isMended) {
    repairInPlace(repairing, invocation.options.undo);
  }
  const style = createStyle(io, global['no-color']);
  const what = isMended ? 'says all this already, nothing to change' : `${isDry ? 'would be changed' : 'changed'} in place`;
  const lines = [
    `${style.strong(printable(path))}: ${what}`,
    ...planLines(plan, style),
    ...filterLines(toolkit.registry, dump, dump.image.format, invocation.options.exclude),
    ...(isMended ? [] : changeLines(changes, style)),
    '',
  ];
  const undo = isMended ? null : (invocation.options.undo ?? null);
  const answer = { ...planJson(dump, plan), dryRun: isDry, undo, changes: changesJson(changes) };
  await write(io.stdout, global.json ? jsonLine(answer) : lines.join('\n'));
  return exitStatus.answered;
}

async function writeNew(
  invocation: RepairInvocation,
  dump: Dump,
  plan: RepairPlan,
  output: string | undefined,
): Promise<ExitStatus> {
  const { io, global, toolkit } = invocation;
  const style = createStyle(io, global['no-color']);
  if (output === undefined) {
    const lines = [`${style.strong(printable(dump.files[0] ?? ''))}: would be repaired`, ...planLines(plan, style), ''];
    await write(io.stdout, global.json ? jsonLine({ ...planJson(dump, plan), dryRun: true }) : lines.join('\n'));
    return exitStatus.answered;
  }
  const kind = kindFor(invocation, dump, output);
  if (kind.statesPhysBase !== true && invocation.options.mark) {
    const able = kindThat(toolkit, ({ statesPhysBase }) => statesPhysBase === true);
    const advice = able === undefined ? '' : `; --to ${able.name} has`;
    throw new UsageError(`--mark: ${kind.summary} has no phys_base in its header${advice}`);
  }
  const compression = kind.format === dump.image.format ? dump.image.facts?.compression : undefined;
  const target: WriteTarget = { paths: [output], kind, mayReplace: invocation.options.force };
  const written = await writeDump(invocation, dump, target, {
    ...writeOptionsOf(plan),
    ...(compression === undefined ? {} : { compression }),
    filters: pageFiltersOf(toolkit, invocation.options.exclude),
  });
  if (output !== standardStream) {
    const text = [
      writtenReport(written, style).trimEnd(),
      ...planLines(plan, style),
      ...filterLines(toolkit.registry, dump, kind.format, invocation.options.exclude),
      '',
    ].join('\n');
    await write(io.stdout, global.json ? jsonLine({ ...planJson(dump, plan), dryRun: false, ...writtenJson(written) }) : text);
  }
  return await tellLosses(io, dump, written.report, plan.description === null ? [] : ['vmcoreinfo-unreadable']);
}

/** As the input is, unless said otherwise. */
function kindFor({ toolkit, options: { to } }: RepairInvocation, { image, container }: Dump, output: string): WritableKind {
  return to !== undefined || output === standardStream
    ? outputKindFor(toolkit, output, to)
    : kindOfInput(toolkit, image.format, container);
}

async function restore(invocation: RepairInvocation, undo: string, operands: readonly string[]): Promise<ExitStatus> {
  const { toolkit, io, global, options: given } = invocation;
  const besides = [operands[1], given.to, given.exclude, given['phys-base'], given['kaslr-offset']];
  if (besides.some((other) => other !== undefined) || given['dry-run'] || given.mark || given.force) {
    throw new UsageError('--undo without --in-place takes nothing besides, or the dump where it was moved');
  }
  const record = readUndoRecord(undo);
  const path = operands[0] ?? record.file;
  return await withDump(invocation, [path], async (dump) => {
    await undoRepair(toolkit, dump, record);
    const answer = { schema: 1, file: path, restored: true, sizeInBytes: record.sizeInBytes };
    await write(io.stdout, global.json ? jsonLine(answer) : `${printable(path)}: restored, ${record.sizeInBytes} bytes\n`);
    return exitStatus.answered;
  });
}
