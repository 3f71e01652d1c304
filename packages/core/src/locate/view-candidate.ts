import type { KernelLayout, MappedRun, Paging, PagingRoot } from '../architecture.ts';
import type { Dump } from '../dump.ts';
import { PagedAddressSpace } from '../memory/paged-address-space.ts';
import type { CandidateState, CandidateView } from './candidate-state.ts';

/** An image has some dozens of runs; a hostile table could have millions. */
const runLimit = 4096;
/** Roots tried a candidate; a dump of many CPUs has one each, and one that fits is enough. */
const rootLimit = 64;

/**
 * Looks for page tables that map the candidate's image where the candidate says: its own claims' roots first, then the other roots
 * known. Of those that fit, the one that maps most of the image (PTI's user halves map little). Null where none fits.
 */
export function viewCandidate(dump: Dump, candidate: CandidateState, otherRoots: readonly PagingRoot[]): CandidateView | null {
  const paging = dump.architecture?.paging;
  const layout = dump.architecture?.kernelLayout;
  if (paging === undefined || layout === undefined) {
    return null;
  }
  let best: { readonly root: PagingRoot; readonly runs: readonly MappedRun[]; readonly mappedBytes: number } | null = null;
  for (const root of distinct([...ownRoots(candidate), ...otherRoots]).slice(0, rootLimit)) {
    const fitting = fittingRuns(dump, paging, layout, root, candidate.physBase);
    const mappedBytes = fitting.reduce((sum, run) => sum + run.lengthInBytes, 0);
    if (fitting.some((run) => run.isExecutable) && mappedBytes > (best?.mappedBytes ?? 0)) {
      best = { root, runs: fitting, mappedBytes };
    }
  }
  return best === null ? null : { root: best.root, runs: best.runs, space: spaceOf(dump, paging, best.root) };
}

/** The roots the CPUs used, where the dump tells. */
export function cpuRoots(dump: Dump): PagingRoot[] {
  const paging = dump.architecture?.paging;
  return paging === undefined ? [] : dump.cpus.map((cpu) => paging.rootOf(cpu.registers)).filter((root) => root !== undefined);
}

/** Whether a CPU's own tables map the candidate's image, whichever heuristic found it. */
export function isMappedByCpu(dump: Dump, physBase: number): boolean {
  const paging = dump.architecture?.paging;
  const layout = dump.architecture?.kernelLayout;
  return (
    paging !== undefined &&
    layout !== undefined &&
    distinct(cpuRoots(dump))
      .slice(0, rootLimit)
      .some((root) => fittingRuns(dump, paging, layout, root, physBase).some((run) => run.isExecutable))
  );
}

function fittingRuns(dump: Dump, paging: Paging, layout: KernelLayout, root: PagingRoot, physBase: number): MappedRun[] {
  const runs = paging.mappedRuns(dump.image.memory, root, layout.imageWindowStart, layout.imageWindowEnd, runLimit);
  return [...runs].filter((run) => physBaseOf(run, layout) === physBase);
}

function spaceOf(dump: Dump, paging: Paging, root: PagingRoot): PagedAddressSpace {
  return new PagedAddressSpace(dump.image.memory, paging, root);
}

function ownRoots(candidate: CandidateState): PagingRoot[] {
  return candidate.findings.flatMap(({ finding }) =>
    finding.claim.pageTableRoot === undefined || finding.claim.pagingLevels === undefined
      ? []
      : [{ pageTableRoot: finding.claim.pageTableRoot, levels: finding.claim.pagingLevels }],
  );
}

function distinct(roots: readonly PagingRoot[]): PagingRoot[] {
  return [...new Map(roots.map((root) => [`${root.pageTableRoot}/${root.levels}`, root])).values()];
}

function physBaseOf(run: MappedRun, layout: KernelLayout): number {
  return run.physicalAddress - Number(run.virtualAddress - layout.imageWindowStart);
}
