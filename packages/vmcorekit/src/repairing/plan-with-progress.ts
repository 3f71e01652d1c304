import type { Dump } from '@vmcorekit/core';
import type { SearchOptions } from '@vmcorekit/engine';
import type { Invocation } from '../command.ts';
import { locateKernel } from '../dumps/locate-by-rules.ts';
import {
  markerPlan,
  planRepair,
  type RepairPlan,
  type RepairRefusal,
} from '../library/repairing/plan-repair.ts';
import { ProgressLine } from '../terminal/progress-line.ts';
import { writeRemarks } from '../terminal/remarks.ts';

/**
 * Finds the kernel and plans what the dump should say, with progress on stderr; or says why that is
 * refused. To `mark` a dump, searches for no kernel. Before a repair that is no dry run, says on
 * stderr what the dump shows against a kernel that the user names.
 */
export async function planWithProgress(
  invocation: Pick<Invocation, 'toolkit' | 'io' | 'global' | 'configuration'>,
  dump: Dump,
  search: SearchOptions,
  {
    mark,
    force,
    'dry-run': isDry,
  }: { readonly mark: boolean; readonly force: boolean; readonly 'dry-run': boolean },
): Promise<RepairPlan | { readonly because: string }> {
  if (mark) {
    return markerPlan;
  }
  const { toolkit, io, global } = invocation;
  const verdict = await locateKernel(invocation, dump, search);
  let plan: RepairPlan | RepairRefusal;
  {
    using line = new ProgressLine(io, global.quiet);
    plan = await planRepair(
      toolkit,
      dump,
      verdict,
      { told: search.told, force },
      { signal: io.signal, onProgress: (progress) => line.show(progress, dump.files[0] ?? '') },
    );
  }
  if ('because' in plan) {
    return plan.canBeForced ? { because: `${plan.because}; --force repairs it anyway` } : plan;
  }
  if (!isDry) {
    await writeRemarks(invocation, dump, plan.contradictions);
  }
  return plan;
}
