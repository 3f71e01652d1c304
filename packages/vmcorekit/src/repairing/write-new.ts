import type { Dump } from '@vmcorekit/core';
import type { Invocation } from '../command.ts';
import { standardStream } from '../dumps/open-input.ts';
import type { ExitStatus } from '../exit-status.ts';
import { newFileOptionsOf, type RepairPlan } from '../library/repairing/plan-repair.ts';
import { mendedBy, repairedJson, repairedReport } from '../library/repairing/repaired-report.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { pageFiltersOf } from '../writing/exclude-option.ts';
import { reportLosses } from '../writing/report-losses.ts';
import { type WriteTarget, writeWithProgress } from '../writing/write-with-progress.ts';
import { repairedKindFor } from './repaired-kind.ts';
import { showPlan } from './show-plan.ts';

/** The options that describe a new file. */
interface Asked {
  readonly to: string | undefined;
  readonly exclude: readonly string[] | undefined;
  readonly force: boolean;
  readonly 'dry-run': boolean;
}

/**
 * Writes the repaired dump to a new file. A dry run writes nothing, but refuses what the repair
 * would refuse. It may have no output.
 */
export async function writeNew(
  world: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  dump: Dump,
  plan: RepairPlan,
  output: string | undefined,
  asked: Asked,
): Promise<ExitStatus> {
  if (output === undefined) {
    return await showPlan(world, dump, plan);
  }
  const { toolkit } = world;
  const kind = repairedKindFor(toolkit, dump.image, plan, output, asked.to);
  const filters = pageFiltersOf(toolkit, asked.exclude);
  const options = newFileOptionsOf(plan, dump, kind);
  const target: WriteTarget = { paths: [output], kind, mayReplace: asked.force };
  if (asked['dry-run']) {
    return await showPlan(world, dump, plan, { ...target, exclude: asked.exclude });
  }
  const written = await writeWithProgress(world, dump, target, { ...options, filters });
  if (output !== standardStream) {
    await writeAnswer(
      world,
      () => repairedJson(dump, plan, written),
      (style) =>
        repairedReport(toolkit.registry, dump, plan, written, {
          kind,
          exclude: asked.exclude,
          style,
        }),
    );
  }
  return await reportLosses(world.io, dump, written.report, mendedBy(plan));
}
