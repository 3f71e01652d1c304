// Imports a lot: a repair joins arguments, the library, output and the terminal.
import { type Dump, printable } from '@vmcorekit/core';
import type { Registry, WritableKind } from '@vmcorekit/engine';
import { changeLines, changesJson, planJson, planLines, writtenJson, writtenReport } from '@vmcorekit/report';
import { UsageError } from '../arguments/usage-error.ts';
import type { Invocation } from '../command.ts';
import { standardStream } from '../dumps/open-input.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { asOutputError } from '../io.ts';
import { planInPlace, repairInPlace } from '../library/repairing/in-place.ts';
import { canHold, newFileOptionsOf, type RepairPlan } from '../library/repairing/plan-repair.ts';
import { kindThat } from '../library/writing/output-kind.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { pageFiltersOf } from '../writing/exclude-option.ts';
import { kindLike, outputKindFor } from '../writing/output-kind.ts';
import { tellLosses } from '../writing/tell-losses.ts';
import { type WriteTarget, writeWithProgress } from '../writing/write-with-progress.ts';

type World = Pick<Invocation, 'toolkit' | 'io' | 'global'>;

/** Changes a dump where it lies, unless `isDry`, and reports the exact bytes. */
export async function changeInput(
  world: World,
  dump: Dump,
  plan: RepairPlan,
  given: { readonly isDry: boolean; readonly undo: string | undefined; readonly exclude: readonly string[] | undefined },
): Promise<ExitStatus> {
  const { isDry, exclude } = given;
  const repairing = await planInPlace(world.toolkit, dump, plan, pageFiltersOf(world.toolkit, exclude));
  const { path, changes } = repairing;
  const isMended = changes.length === 0;
  if (!isDry && !isMended) {
    asOutputError(() => repairInPlace(repairing, given.undo));
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
        ...filterLines(world.toolkit.registry, dump, dump.image.format, exclude),
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
  given: { readonly to: string | undefined; readonly exclude: readonly string[] | undefined; readonly force: boolean },
): Promise<ExitStatus> {
  const { toolkit } = world;
  const kind = kindFor(world, dump, output, given.to);
  if (!canHold(plan, kind)) {
    const able = kindThat(toolkit, ({ statesPhysBase }) => statesPhysBase === true);
    const advice = able === undefined ? '' : `; --to ${able.name} has`;
    throw new UsageError(`--mark: ${kind.summary} has no phys_base in its header${advice}`);
  }
  const target: WriteTarget = { paths: [output], kind, mayReplace: given.force };
  const written = await writeWithProgress(world, dump, target, {
    ...newFileOptionsOf(plan, dump, kind),
    filters: pageFiltersOf(toolkit, given.exclude),
  });
  if (output !== standardStream) {
    await writeAnswer(
      world,
      () => ({ ...planJson(dump, plan), dryRun: false, ...writtenJson(written) }),
      (style) =>
        [
          writtenReport(written, style).trimEnd(),
          ...planLines(plan, style),
          ...filterLines(toolkit.registry, dump, kind.format, given.exclude),
          '',
        ].join('\n'),
    );
  }
  return await tellLosses(world.io, dump, written.report, plan.description === null ? [] : ['vmcoreinfo-unreadable']);
}

/** As the input is, unless said otherwise. */
function kindFor({ toolkit }: World, dump: Dump, output: string, asked: string | undefined): WritableKind {
  return asked !== undefined || output === standardStream ? outputKindFor(toolkit, output, asked) : kindLike(toolkit, dump);
}

/** Which page filters, of those that were not asked for, a reader of the repaired file wants. */
function filterLines(registry: Registry, { image }: Dump, format: string, excluded: readonly string[] | undefined): string[] {
  return registry
    .all('pageFilters')
    .filter(({ name }) => excluded?.includes(name) !== true)
    .map((filter) => ({ name: filter.name, because: filter.neededFor?.(image, format) }))
    .flatMap(({ name, because }) => (because === undefined ? [] : [`  ${printable(because)}: repair it with --exclude ${name}`]));
}
