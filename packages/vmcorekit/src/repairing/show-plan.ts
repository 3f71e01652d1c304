import { type Dump, printable } from '@vmcorekit/core';
import { replaceable } from '@vmcorekit/node';
import { limitLines, planJson, planLines } from '@vmcorekit/report';
import type { Invocation } from '../command.ts';
import { standardStream } from '../dumps/open-input.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { asOutputError } from '../io.ts';
import type { RepairPlan } from '../library/repairing/plan-repair.ts';
import { filterLines } from '../library/writing/filter-advice.ts';
import { writeAnswer } from '../terminal/answer.ts';
import type { WriteTarget } from '../writing/write-with-progress.ts';

/** The new file of a dry run. */
interface PlannedFile extends WriteTarget {
  readonly exclude: readonly string[] | undefined;
}

/**
 * Reports what a repair would write, and writes nothing. Throws `OutputError` if the output may not
 * be written.
 */
export async function showPlan(
  world: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  dump: Dump,
  plan: RepairPlan,
  file?: PlannedFile,
): Promise<ExitStatus> {
  const input = printable(dump.files[0] ?? '');
  if (file === undefined) {
    await writeAnswer(
      world,
      () => ({ ...planJson(dump, plan), dryRun: true }),
      (style) =>
        [`${style.strong(input)}: would be repaired`, ...planLines(plan, style), ''].join('\n'),
    );
    return exitStatus.answered;
  }
  const [output] = file.paths;
  if (output !== standardStream) {
    asOutputError(() => replaceable(output, file.mayReplace), '--force');
  }
  await writeAnswer(
    world,
    () => ({ ...planJson(dump, plan), dryRun: true, output, kind: file.kind.name }),
    (style) =>
      [
        `${style.strong(printable(output))}: would be written as ${file.kind.summary}, repaired from ${input}`,
        ...planLines(plan, style),
        ...limitLines(file.kind.limits, style),
        ...filterLines(world.toolkit.registry, dump, file.kind.format, file.exclude),
        '',
      ].join('\n'),
  );
  return exitStatus.answered;
}
