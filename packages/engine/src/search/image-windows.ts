import {
  type CandidateFinding,
  type Dump,
  type LocatedKernel,
  type MappedRun,
  PagedAddressSpace,
  type PagingRoot,
} from '@vmcorekit/core';
import { CandidateState, type CandidateView, type ChosenView } from './candidate-state.ts';

/** An image has some dozens of runs; a hostile table could have millions. */
const maxRuns = 4096;
/** Roots looked through: a dump of many CPUs has one each, and one that fits is enough. */
const maxRoots = 64;
/** Roots whose walk is kept, for a hostile dump offers any number. */
const maxKeptRoots = 256;

/** What a root maps of an image. */
type FittingView = Pick<CandidateView, 'root' | 'runs'>;

/** The kernel-image windows of a dump's page tables, each root walked once a search. */
export class ImageWindows {
  /** The roots the CPUs used, where the dump tells. */
  readonly cpuRoots: readonly PagingRoot[];
  readonly #dump: Dump;
  readonly #runs: Map<string, readonly MappedRun[]> = new Map();

  constructor(dump: Dump) {
    this.#dump = dump;
    this.cpuRoots = distinct(cpuRootsOf(dump)).slice(0, maxRoots);
  }

  /**
   * Looks for page tables that map the candidate's image where the candidate says: its own claims' roots first, then the CPUs' and the
   * other roots known. Of those that fit, the one that maps most of the image (PTI's user halves map little), but where a CPU's tables map
   * all of it, theirs: any process may hold forged ones. Else the one that the kernel's own symbols name: a forged root may lead to the
   * kernel's tables for its image, and elsewhere for all the rest. Null where none fits.
   */
  view(candidate: CandidateState, otherRoots: readonly PagingRoot[]): ChosenView | null {
    const paging = this.#dump.architecture?.paging;
    const ofCpus = this.#fittingViews([...rootsReachedByCpu(candidate), ...this.cpuRoots], candidate.physBase);
    const running = largest(ofCpus.filter(isWhole));
    const roots = distinct([...ownRoots(candidate), ...this.cpuRoots, ...otherRoots]);
    const all = this.#fittingViews(roots, candidate.physBase);
    // No kernel is found by so many roots: who forges them may hide the true one behind the last that is looked through.
    const isCutShort = roots.length > maxRoots;
    const best =
      running ?? largest(this.#fittingViews(rootsBySymbols(candidate), candidate.physBase).filter(isWhole)) ?? largest(all);
    return best === undefined || paging === undefined
      ? null
      : {
          root: best.root,
          runs: best.runs,
          space: new PagedAddressSpace(this.#dump.image.memory, paging, best.root),
          isDisputed:
            running === undefined &&
            (isCutShort || all.some((other) => isWhole(other) && isWhole(best) && !isSameImage(other, best))),
        };
  }

  #fittingViews(roots: readonly PagingRoot[], physBase: number): FittingView[] {
    return distinct(roots)
      .slice(0, maxRoots)
      .map((root) => ({ root, runs: this.#fitting(root, physBase) }))
      .filter(({ runs }) => runs.some((run) => run.isExecutable));
  }

  /** Whether a CPU's own tables map an image with that phys_base, whichever heuristic found it. */
  isMappedByCpu(physBase: number): boolean {
    return this.cpuRoots.some((root) => this.#fitting(root, physBase).some((run) => run.isExecutable));
  }

  /** Whether some CPU's own tables map none of these kernels: what it runs is another, or is not to be seen. */
  isCpuAstray(physBases: readonly number[]): boolean {
    return this.cpuRoots.some((root) =>
      physBases.every((physBase) => !this.#fitting(root, physBase).some((run) => run.isExecutable)),
    );
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
                maxRuns,
              ),
            ];
      if (this.#runs.size >= maxKeptRoots) {
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
  return rootsIn(candidate.findings.map(({ finding }) => finding));
}

/** What witnesses told by symbols, which lie in the image itself and so are the same through whatever root. */
function rootsBySymbols({ testimonies }: CandidateState): PagingRoot[] {
  return rootsIn(
    testimonies
      .map(({ testimony }) => testimony)
      .filter(({ stance, evidence, isThroughPageTables }) => stance === 'for' && evidence === 'symbols' && isThroughPageTables),
  );
}

function rootsReachedByCpu(candidate: CandidateState): PagingRoot[] {
  return rootsIn(candidate.findings.map(({ finding }) => finding).filter((finding) => finding.reachedByCpu === true));
}

function rootsIn(findings: readonly Pick<CandidateFinding, 'claim'>[]): PagingRoot[] {
  return findings.flatMap(({ claim: { pageTableRoot, pagingLevels } }) =>
    pageTableRoot === undefined || pagingLevels === undefined ? [] : [{ pageTableRoot, levels: pagingLevels }],
  );
}

/** A kernel writes to its own data; the user halves of page-table isolation do not map it. */
function isWhole({ runs }: FittingView): boolean {
  return runs.some((run) => run.isWritable);
}

/** All roots of a kernel share the tables of its image, so they map the very same. */
function isSameImage(one: FittingView, other: FittingView): boolean {
  return (
    one.runs === other.runs ||
    (one.runs.length === other.runs.length &&
      one.runs.every((run, index) => {
        const that = other.runs[index];
        return run.virtualAddress === that?.virtualAddress && run.lengthInBytes === that.lengthInBytes;
      }))
  );
}

function largest(views: readonly FittingView[]): FittingView | undefined {
  const sizeOf = ({ runs }: FittingView): number => runs.reduce((sum, run) => sum + run.lengthInBytes, 0);
  return views.reduce<FittingView | undefined>(
    (best, view) => (best === undefined || sizeOf(view) > sizeOf(best) ? view : best),
    undefined,
  );
}

function distinct(roots: readonly PagingRoot[]): PagingRoot[] {
  return [...new Map(roots.map((root) => [keyOf(root), root])).values()];
}

function keyOf(root: PagingRoot): string {
  return `${root.pageTableRoot}/${root.levels}`;
}
