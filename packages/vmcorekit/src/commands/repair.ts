import { fileValue, flag } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand, type Invocation } from '../command.ts';
import { locateOptionsOf, locateOptionTable } from '../dumps/locate-options.ts';
import { inputOpener } from '../dumps/open-input.ts';
import { withDump } from '../dumps/with-dump.ts';
import { dumpExits, type ExitStatus } from '../exit-status.ts';
import { changeInput } from '../repairing/change-input.ts';
import { planWithProgress } from '../repairing/plan-with-progress.ts';
import { restoreFrom } from '../repairing/undo-repair.ts';
import { writeNew } from '../repairing/write-new.ts';
import { noAnswer } from '../terminal/report-error.ts';
import { excludeOption } from '../writing/exclude-option.ts';
import { kindOption, namedKind, outputKindFor } from '../writing/output-kind.ts';
import { refuseInput } from '../writing/refuse-input.ts';

const options = {
  'in-place': flag('change IN itself, by a few bytes; for KDUMP files, plain or flattened'),
  'dry-run': flag('show what would be written, and write nothing'),
  undo: fileValue('save the old bytes in FILE (with --in-place), or restore them from it (alone)'),
  mark: flag('mark phys_base as not known (~0) in the header, and search for nothing'),
  to: kindOption("IN's format, unpacked", ['kdump', 'elf', 'flattened']),
  exclude: excludeOption,
  force: flag('repair even if the verdict is not certain; replace OUT if it exists', 'f'),
  ...locateOptionTable,
};

export const repair: Command = defineCommand({
  readsAll: true,
  operands: [
    { name: 'IN', isOptional: true, isRepeatable: true, isDump: true, completes: 'file' },
    { name: 'OUT', isOptional: true, completes: 'file' },
  ],
  options,
  details: [
    'Copies IN to OUT and adds what IN lacks: phys_base, the names of `uname`, a VMCOREINFO ' +
      'note where every reader looks for it, ordinary ELF headers, and a stamp. Then crash, ' +
      'drgn, makedumpfile and libkdumpfile open OUT.',
    'Repairs only if the verdict is certain; --force, or an option that names the kernel ' +
      '(--phys-base, --image-offset, --text-at), overrides that. Says first what the dump shows ' +
      'against the kernel named. Several INs are the parts of one split dump, in any order; OUT ' +
      'is one file.',
    'OUT has the format of --to, else the one that its name suggests (.elf, .kdump, .flat), ' +
      'else the format of IN. A flattened IN is unpacked unless you ask for flattened. QEMU ' +
      'writes flattened files, but makedumpfile and drgn do not open them.',
    '--dry-run IN OUT reports the repair or refuses it, and writes nothing. --dry-run IN shows ' +
      'what the dump should say.',
    '--in-place changes IN itself: it adds notes at the end and sets header fields. The format ' +
      'stays the same. With --dry-run it shows the exact bytes. Only `--exclude rom` is allowed, ' +
      'and it requires --undo FILE. A dump that is already repaired stays as it is.',
    '--undo FILE saves the old bytes, and `vmcorekit repair --undo FILE` restores them and the ' +
      'size. That works only if vmcorekit wrote the dump last, and nothing changed these bytes.',
    '--mark says in a KDUMP header that its phys_base is not known, and changes nothing else. ' +
      'Tools that know this marker then search for the kernel; others do not.',
  ],
  exits: {
    ...dumpExits,
    0: 'repaired, or already repaired',
    1: 'the verdict is not certain, or pages or notes could not be read',
  },
  examples: [
    'vmcore vmcore.mended',
    '--in-place --dry-run vmcore',
    '--in-place --undo vmcore.undo vmcore',
    '--undo vmcore.undo',
  ],
  async run(invocation) {
    const { toolkit, io, global, operands } = invocation;
    const { 'in-place': inPlace, undo, 'dry-run': isDry } = invocation.options;
    if (invocation.here !== undefined && (inPlace || undo !== undefined)) {
      throw new UsageError(
        '--in-place and --undo change a dump that is open here; close it, then run vmcorekit repair',
      );
    }
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
    const search = await locateOptionsOf(toolkit, invocation.options);
    if (inPlace && invocation.options.to !== undefined) {
      throw new UsageError('--to cannot be used with --in-place: the format of IN stays the same');
    }
    const patchable = toolkit.registry
      .all('formats')
      .flatMap(({ writer }) => writer?.patchFilters ?? []);
    if (inPlace && invocation.options.exclude?.some((name) => !patchable.includes(name))) {
      throw new UsageError(
        `--exclude: with --in-place only ${patchable.join(', ')} is allowed; write a new file for the others`,
      );
    }
    if (inPlace && invocation.options.exclude !== undefined && undo === undefined && !isDry) {
      throw new UsageError(
        '--exclude: with --in-place it moves the bitmaps of IN, so it requires --undo FILE',
      );
    }
    if (invocation.options.mark && search.told !== undefined) {
      throw new UsageError(
        '--mark cannot be used with an option that names the kernel, like --phys-base: it says that phys_base is not known',
      );
    }
    if (invocation.options.to !== undefined) {
      const kind = namedKind(toolkit, invocation.options.to);
      if (kind.holdsMemoryAlone === true) {
        throw new UsageError(
          `--to ${kind.name}: ${kind.summary} has no place for what a repair adds; use --to kdump or --to elf`,
        );
      }
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

/** Puts back what an undo file says, in the dump that it names or at that dump's new path. */
async function restore(
  invocation: Invocation<typeof options>,
  undo: string,
  operands: readonly string[],
): Promise<ExitStatus> {
  const { options: given } = invocation;
  const others = [
    operands[1],
    given.to,
    given.exclude,
    given['phys-base'],
    given['kaslr-offset'],
    given['image-offset'],
    given['text-at'],
  ];
  if (
    others.some((other) => other !== undefined) ||
    given['dry-run'] ||
    given.mark ||
    given.force
  ) {
    throw new UsageError(
      '--undo without --in-place takes no other option, only the new path of a dump that was moved',
    );
  }
  return await restoreFrom(invocation, undo, operands[0]);
}
