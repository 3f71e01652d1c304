import type { MappedRun, PagingRoot } from '../architecture.ts';
import type { Dump } from '../dump.ts';
import { PagedAddressSpace } from '../memory/paged-address-space.ts';
import type { LocatedKernel } from '../verdict.ts';
import { CandidateState, type CandidateView } from './candidate-state.ts';

/** An image has some dozens of runs; a hostile table could have millions. */
const runLimit = 4096;
/** Roots looked through: a dump of many CPUs has one each, and one that fits is enough. */
const rootLimit = 64;
/** Roots whose walk is kept, for a hostile dump offers any number. */
const keptRoots = 256;

/** The kernel-image windows of a dump's page tables, each root walked once a search. */
export class ImageWindows {
  /** The roots the CPUs used, where the dump tells. */
  readonly cpuRoots: readonly PagingRoot[];
  readonly #dump: Dump;
  readonly #runs: Map<string, readonly MappedRun[]> = new Map();

  constructor(dump: Dump) {
    this.#dump = dump;
    this.cpuRoots = distinct(cpuRootsOf(dump)).slice(0, rootLimit);
  }

  /**
   * Looks for page tables that map the candidate's image where the candidate says: its own claims' roots first, then the CPUs' and the
   * other roots known. Of those that fit, the one that maps most of the image (PTI's user halves map little). Null where none fits.
   */
  view(candidate: CandidateState, otherRoots: readonly PagingRoot[]): CandidateView | null {
    const paging = this.#dump.architecture?.paging;
    let best: { readonly root: PagingRoot; readonly runs: readonly MappedRun[]; readonly mappedBytes: number } | null = null;
    for (const root of distinct([...ownRoots(candidate), ...this.cpuRoots, ...otherRoots]).slice(0, rootLimit)) {
      const runs = this.#fitting(root, candidate.physBase);
      const mappedBytes = runs.reduce((sum, run) => sum + run.lengthInBytes, 0);
      if (runs.some((run) => run.isExecutable) && mappedBytes > (best?.mappedBytes ?? 0)) {
        best = { root, runs, mappedBytes };
      }
    }
    return best === null || paging === undefined
      ? null
      : { root: best.root, runs: best.runs, space: new PagedAddressSpace(this.#dump.image.memory, paging, best.root) };
  }

  /** Whether a CPU's own tables map an image with that phys_base, whichever heuristic found it. */
  isMappedByCpu(physBase: number): boolean {
    return this.cpuRoots.some((root) => this.#fitting(root, physBase).some((run) => run.isExecutable));
  }

  /** The runs that lie where a phys_base says. */
  #fitting(root: PagingRoot, physBase: number): readonly MappedRun[] {
    const start = this.#dump.architecture?.kernelLayout?.imageWindowStart ?? 0n;
    return this.#runsOf(root).filter((run) => run.physicalAddress - Number(run.virtualAddress - start) === physBase);
  }

  #runsOf(root: PagingRoot): readonly MappedRun[] {
    const key = keyOf(root);
    let runs = this.#runs.get(key);
    if (runs === undefined) {
      const { paging, kernelLayout } = this.#dump.architecture ?? {};
      runs =
        paging === undefined || kernelLayout === undefined
          ? []
          : [
              ...paging.mappedRuns(
                this.#dump.image.memory,
                root,
                kernelLayout.imageWindowStart,
                kernelLayout.imageWindowEnd,
                runLimit,
              ),
            ];
      if (this.#runs.size >= keptRoots) {
        this.#runs.clear();
      }
      this.#runs.set(key, runs);
    }
    return runs;
  }
}

/** A located kernel as its own page tables show it, or null where they are not known. */
export function viewOf(dump: Dump, kernel: LocatedKernel): CandidateView | null {
  const { pageTableRoot, pagingLevels } = kernel;
  const candidate = new CandidateState(kernel.physBase);
  return pageTableRoot === null || pagingLevels === null
    ? null
    : new ImageWindows(dump).view(candidate, [{ pageTableRoot, levels: pagingLevels }]);
}

/** The roots the CPUs' registers name, in the CPUs' order. */
export function cpuRootsOf(dump: Dump): PagingRoot[] {
  const paging = dump.architecture?.paging;
  return paging === undefined ? [] : dump.cpus.map((cpu) => paging.rootOf(cpu.registers)).filter((root) => root !== undefined);
}

function ownRoots(candidate: CandidateState): PagingRoot[] {
  return candidate.findings.flatMap(({ finding }) =>
    finding.claim.pageTableRoot === undefined || finding.claim.pagingLevels === undefined
      ? []
      : [{ pageTableRoot: finding.claim.pageTableRoot, levels: finding.claim.pagingLevels }],
  );
}

function distinct(roots: readonly PagingRoot[]): PagingRoot[] {
  return [...new Map(roots.map((root) => [keyOf(root), root])).values()];
}

function keyOf(root: PagingRoot): string {
  return `${root.pageTableRoot}/${root.levels}`;
}
