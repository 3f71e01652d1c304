import { fileValue, flag } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand, type Invocation } from '../command.ts';
import { locateOptionsOf, locateOptionTable } from '../dumps/locate-options.ts';
import { inputOpener } from '../dumps/open-input.ts';
import { withDump } from '../dumps/with-dump.ts';
import type { ExitStatus } from '../exit-status.ts';
import { changeInput } from '../repairing/change-input.ts';
import { planWithProgress } from '../repairing/plan-with-progress.ts';
import { restoreFrom } from '../repairing/undo-repair.ts';
import { writeNew } from '../repairing/write-new.ts';
import { noAnswer } from '../terminal/report-error.ts';
import { excludeOption } from '../writing/exclude-option.ts';
import { kindOption, namedKind, outputKindFor } from '../writing/output-kind.ts';
import { refuseInput } from '../writing/refuse-input.ts';

const options = {
  'in-place': flag('change IN itself, a few bytes of it: a KDUMP file, plain or flattened'),
  'dry-run': flag('say what would be written, and write nothing'),
  undo: fileValue('with --in-place: save the old bytes there; alone: restore them from FILE'),
  mark: flag(
    'write only the marker ~0 as phys_base, for readers that know it; nothing is searched for',
  ),
  to: kindOption("IN's format, unpacked"),
  exclude: excludeOption,
  force: flag('repair although the verdict is not certain; replace OUT where it exists', 'f'),
  ...locateOptionTable,
};

export const repair: Command = defineCommand({
  operands: [
    { name: 'IN', isOptional: true, isRepeatable: true, completes: 'file' },
    { name: 'OUT', isOptional: true, completes: 'file' },
  ],
  options,
  details: [
    'Writes what the maker of the dump should have written: phys_base, the names of `uname`, a VMCOREINFO note where every reader looks ' +
      'for it, ordinary ELF headers, and a stamp. Then crash, drgn, makedumpfile and libkdumpfile take it. Refused while the verdict is ' +
      'not certain, unless --force, or --phys-base says where the kernel lies. Several INs are the parts of one split dump, in any order; ' +
      'OUT is whole. OUT is of the kind that --to or its name says (.elf, .kdump, .flat), else of the format of IN, and never flattened ' +
      'unless asked for: makedumpfile and drgn open no flattened file, and QEMU writes such.',
    'With --dry-run IN OUT the same is said, and refused, as without it, and nothing is written. --dry-run with one IN alone says what the ' +
      'dump should say.',
    'With --in-place IN itself is changed: notes are added at its end, and header fields set. --dry-run shows the exact bytes, --undo FILE ' +
      'keeps what was there, and `vmcorekit repair --undo FILE` puts it back, bytes and length: only into a dump that vmcorekit wrote ' +
      'last, and where what the repair wrote is as it left it. IN keeps its kind, and of --exclude only rom can be had, which wants ' +
      '--undo FILE. What is mended already is left as it is.',
    'With --mark a KDUMP file says that its phys_base is not known, and stays as it is otherwise. A chain of tools that understands the ' +
      'marker searches then; others do not.',
  ],
  examples: [
    'vmcore vmcore.mended',
    '--in-place --dry-run vmcore',
    '--in-place --undo vmcore.undo vmcore',
    '--undo vmcore.undo',
  ],
  async run(invocation) {
    const { toolkit, io, global, operands } = invocation;
    const { 'in-place': inPlace, undo, 'dry-run': isDry } = invocation.options;
    if (undo !== undefined && !inPlace) {
      return await restore(invocation, undo, operands);
    }
    const hasOutput = !inPlace && !(isDry && operands.length < 2);
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
    const patchable = toolkit.registry
      .all('formats')
      .flatMap(({ writer }) => writer?.patchFilters ?? []);
    if (inPlace && invocation.options.exclude?.some((name) => !patchable.includes(name))) {
      throw new UsageError(
        `--exclude: with --in-place only ${patchable.join(', ')} can be left out; a new file takes the others`,
      );
    }
    if (inPlace && invocation.options.exclude !== undefined && undo === undefined && !isDry) {
      throw new UsageError(
        '--exclude: with --in-place it moves the bitmaps of IN, so it wants --undo FILE',
      );
    }
    if (invocation.options.mark && search.told !== undefined) {
      throw new UsageError(
        '--mark says that phys_base is not known; --phys-base and --kaslr-offset say what it is',
      );
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
        const plan = await planWithProgress(invocation, dump, search, invocation.options);
        if ('because' in plan) {
          const { because } = plan;
          return await noAnswer(io, global.json, dump, {
            code: 'not-certain',
            because,
            said: `not repaired: ${because}`,
          });
        }
        const { exclude } = invocation.options;
        return inPlace
          ? await changeInput(invocation, dump, plan, { isDry, undo, exclude })
          : await writeNew(invocation, dump, plan, output, invocation.options);
      },
      inPlace ? undefined : inputOpener(invocation, output),
    );
  },
});

/** Puts back what an undo file says, in the dump it names or where that was moved. */
async function restore(
  invocation: Invocation<typeof options>,
  undo: string,
  operands: readonly string[],
): Promise<ExitStatus> {
  const { options: given } = invocation;
  const besides = [operands[1], given.to, given.exclude, given['phys-base'], given['kaslr-offset']];
  if (
    besides.some((other) => other !== undefined) ||
    given['dry-run'] ||
    given.mark ||
    given.force
  ) {
    throw new UsageError(
      '--undo without --in-place takes nothing else but the dump, where it was moved',
    );
  }
  return await restoreFrom(invocation, undo, operands[0]);
}
