import { type Dump, printable } from '@vmcorekit/core';
import { ramEndBelowRom, romFilter } from '@vmcorekit/format-kdump';
import { changeLines, changesJson, planJson, planLines, writtenJson, writtenReport } from '@vmcorekit/report';
import { UsageError } from '../arguments/usage-error.ts';
import type { Invocation } from '../command.ts';
import { standardStream } from '../dumps/open-input.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { compressionOf } from '../writing/compression-of.ts';
import { pageFiltersOf } from '../writing/exclude-option.ts';
import type { OutputKind } from '../writing/output-kind.ts';
import { tellLosses } from '../writing/tell-losses.ts';
import { type WriteTarget, writeDump } from '../writing/write-dump.ts';
import { planInPlace, repairInPlace } from './in-place.ts';
import { type RepairPlan, writeOptionsOf } from './plan-repair.ts';

type World = Pick<Invocation, 'toolkit' | 'io' | 'global'>;

/** Changes a dump where it lies, unless `isDry`, and reports the exact bytes. */
export async function changeInput(
  world: World,
  dump: Dump,
  plan: RepairPlan,
  given: { readonly isDry: boolean; readonly undo: string | undefined; readonly exclude: readonly string[] | undefined },
): Promise<ExitStatus> {
  const { isDry, exclude } = given;
  const repairing = await planInPlace(world, dump, plan, { withoutRom: exclude !== undefined });
  const { path, changes } = repairing;
  const isMended = changes.length === 0;
  if (!isDry && !isMended) {
    repairInPlace(repairing, given.undo);
  }
  const what = isMended ? 'says all this already, nothing to change' : `${isDry ? 'would be changed' : 'changed'} in place`;
  const undo = isMended ? null : (given.undo ?? null);
  await writeAnswer(
    world,
    () => ({ ...planJson(dump, plan), dryRun: isDry, undo, changes: changesJson(changes) }),
    (style) =>
      [
        `${style.strong(printable(path))}: ${what}`,
        ...planLines(plan, style),
        ...romLines(dump, 'kdump', exclude),
        ...(isMended ? [] : changeLines(changes, style)),
        '',
      ].join('\n'),
  );
  return exitStatus.answered;
}

/** Reports what a repair would write, and writes nothing. */
export async function showPlan(world: World, dump: Dump, plan: RepairPlan): Promise<ExitStatus> {
  await writeAnswer(
    world,
    () => ({ ...planJson(dump, plan), dryRun: true }),
    (style) => [`${style.strong(printable(dump.files[0] ?? ''))}: would be repaired`, ...planLines(plan, style), ''].join('\n'),
  );
  return exitStatus.answered;
}

/** Writes the repaired dump to a new file, of kind `to` or else of the input's kind. */
export async function writeNew(
  world: World,
  dump: Dump,
  plan: RepairPlan,
  output: string,
  given: { readonly to: OutputKind | undefined; readonly exclude: readonly string[] | undefined; readonly force: boolean },
): Promise<ExitStatus> {
  const kind = kindFor(dump, output, given.to);
  if (kind === 'elf' && plan.description === null) {
    throw new UsageError('--mark: an ELF file has no phys_base in its header; --to kdump has');
  }
  const target: WriteTarget = { paths: [output], kind, mayReplace: given.force };
  const written = await writeDump(world, dump, target, {
    ...writeOptionsOf(plan, kind, compressionOf(dump.image)),
    filters: pageFiltersOf(world.toolkit, given.exclude),
  });
  if (output !== standardStream) {
    await writeAnswer(
      world,
      () => ({ ...planJson(dump, plan), dryRun: false, ...writtenJson(written) }),
      (style) =>
        [writtenReport(written, style).trimEnd(), ...planLines(plan, style), ...romLines(dump, kind, given.exclude), ''].join(
          '\n',
        ),
    );
  }
  return await tellLosses(world.io, dump, written.report, plan.description === null ? [] : ['vmcoreinfo-unreadable']);
}

/** As the input is, unless said otherwise. */
function kindFor(dump: Dump, output: string, asked: OutputKind | undefined): OutputKind {
  const own = dump.image.format === 'elf' ? 'elf' : dump.container === 'flattened' ? 'flattened' : 'kdump';
  return output === standardStream ? 'flattened' : (asked ?? own);
}

/** What makedumpfile also needs, of a KDUMP file that holds the firmware's ROM. */
function romLines({ image }: Dump, kind: string, excluded: readonly string[] | undefined): string[] {
  return kind === 'elf' || excluded?.includes(romFilter.name) === true || ramEndBelowRom(image.memory) === null
    ? []
    : ["  makedumpfile filters this file only without the firmware's ROM: repair it with --exclude rom"];
}
