import type { Dump } from '@vmcorekit/core';
import type { WritableKind } from '@vmcorekit/engine';
import { planJson, planLines, writtenJson, writtenReport } from '@vmcorekit/report';
import { UsageError } from '../arguments/usage-error.ts';
import type { Invocation } from '../command.ts';
import { standardStream } from '../dumps/open-input.ts';
import type { ExitStatus } from '../exit-status.ts';
import { canHold, newFileOptionsOf, type RepairPlan } from '../library/repairing/plan-repair.ts';
import { kindThat } from '../library/writing/output-kind.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { filterLines, pageFiltersOf } from '../writing/exclude-option.ts';
import { kindLike, outputKindFor } from '../writing/output-kind.ts';
import { tellLosses } from '../writing/tell-losses.ts';
import { type WriteTarget, writeWithProgress } from '../writing/write-with-progress.ts';

type World = Pick<Invocation, 'toolkit' | 'io' | 'global'>;

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
