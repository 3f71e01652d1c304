import type { Dump } from '@vmcorekit/core';
import type { SearchOptions } from '@vmcorekit/engine';
import type { Invocation } from '../command.ts';
import { locateKernel } from '../dumps/locate-by-rules.ts';
import { markerPlan, planRepair, type RepairPlan } from '../library/repairing/plan-repair.ts';
import { ProgressLine } from '../terminal/progress-line.ts';

/**
 * Finds the kernel and plans what the dump should say, with progress on stderr; or says why that is
 * refused. To `mark` a dump, searches for no kernel.
 */
export async function planWithProgress(
  invocation: Pick<Invocation, 'toolkit' | 'io' | 'global' | 'configuration'>,
  dump: Dump,
  search: SearchOptions,
  { mark, force }: { readonly mark: boolean; readonly force: boolean },
): Promise<RepairPlan | { readonly because: string }> {
  if (mark) {
    return markerPlan;
  }
  const { toolkit, io, global } = invocation;
  const verdict = await locateKernel(invocation, dump, search);
  using line = new ProgressLine(io, global.quiet);
  const plan = await planRepair(
    toolkit,
    dump,
    verdict,
    { told: search.told, force },
    { signal: io.signal, onProgress: (progress) => line.show(progress, dump.files[0] ?? '') },
  );
  return 'because' in plan && plan.canBeForced
    ? { because: `${plan.because}; --force repairs it anyway` }
    : plan;
}
