import { type Dump, printable } from '@vmcorekit/core';
import { changeLines, changesJson, limitLines, planJson, planLines } from '@vmcorekit/report';
import type { Invocation } from '../command.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { asOutputError } from '../io.ts';
import { planInPlace, repairInPlace } from '../library/repairing/in-place.ts';
import type { RepairPlan } from '../library/repairing/plan-repair.ts';
import { filterLines } from '../library/writing/filter-advice.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { pageFiltersOf } from '../writing/exclude-option.ts';

type World = Pick<Invocation, 'toolkit' | 'io' | 'global'>;

/** Changes a dump where it lies, unless `isDry`, and reports the exact bytes. */
export async function changeInput(
  world: World,
  dump: Dump,
  plan: RepairPlan,
  given: {
    readonly isDry: boolean;
    readonly undo: string | undefined;
    readonly exclude: readonly string[] | undefined;
  },
): Promise<ExitStatus> {
  const { isDry, exclude } = given;
  const repairing = await planInPlace(
    world.toolkit,
    dump,
    plan,
    pageFiltersOf(world.toolkit, exclude),
  );
  const { path, changes } = repairing;
  const isMended = changes.length === 0;
  if (!isDry && !isMended) {
    asOutputError(() => repairInPlace(repairing, given.undo));
  }
  const what = isMended
    ? 'already repaired; nothing to change'
    : `${isDry ? 'would be changed' : 'changed'} in place`;
  const undo = isMended ? null : (given.undo ?? null);
  await writeAnswer(
    world,
    () => ({ ...planJson(dump, plan), dryRun: isDry, undo, changes: changesJson(changes) }),
    (style) =>
      [
        `${style.strong(printable(path))}: ${what}`,
        ...planLines(plan, style),
        ...limitLines(
          world.toolkit.outputKinds.find(({ name }) => name === dump.container)?.limits,
          style,
        ),
        ...filterLines(world.toolkit.registry, dump, dump.image.format, exclude),
        ...(isMended ? [] : changeLines(changes, style)),
        '',
      ].join('\n'),
  );
  return exitStatus.answered;
}
