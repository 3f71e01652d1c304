import type { CandidateFinding, MappedRun, PhysicalRange, TranslationRoot } from '@vmcorekit/core';
import { imageOffsetOf } from '@vmcorekit/linux';
import type { CandidateState, CandidateView, ChosenView } from './candidate-state.ts';
import type { SearchedMachine } from './named-machine.ts';

/** An image has dozens of runs; a hostile table could have millions. */
const maxRuns = 4096;
/** The number of roots tried: a dump of many CPUs has one each, and one that fits is enough. */
const maxRoots = 64;
/** The number of roots whose walk is cached; a hostile dump offers any number. */
const maxKeptRoots = 256;
/**
 * No image comes near this size. Where a window maps all memory, anything beyond it is not the
 * image.
 */
const maxImageSizeInBytes = 512 * 1024 * 1024;

/**
 * What identifies a kernel: where the image lies and, where the layout needs it, where its text
 * lies.
 */
type Identity = Pick<CandidateState, 'imageOffset' | 'textPhysicalAddress'>;

/** The kernel image windows of a dump's roots. Each is walked once in a search. */
export class ImageWindows {
  /**
   * The roots that the CPUs used, where the dump shows them. Excludes windows, which show every
   * kernel alike.
   */
  readonly cpuRoots: readonly TranslationRoot[];
  readonly #machine: SearchedMachine;
  readonly #runs: Map<string, readonly MappedRun[]> = new Map();

  constructor(machine: SearchedMachine) {
    this.#machine = machine;
    const windows = new Set(machine.mmu?.windows.map(({ key }) => key));
    const ofCpus = cpuRootsOf(machine).filter(({ key }) => !windows.has(key));
    this.cpuRoots = distinct(ofCpus).slice(0, maxRoots);
  }

  /**
   * Finds a root that maps the candidate's image at the claimed place; null where none fits.
   * If a CPU's tables map the whole image, that CPU's root wins, because any process may hold
   * forged tables. Next comes a root that the kernel's own symbols name: a forged root may lead to
   * the kernel's tables for its image, and elsewhere for the rest. Else the root that maps most of
   * the image wins (PTI's user halves map little), from the candidate's own claims, the CPUs and
   * all other known roots. A window, which maps every kernel, comes last.
   */
  view(candidate: CandidateState, otherRoots: readonly TranslationRoot[]): ChosenView | null {
    const windows = this.#machine.mmu?.windows ?? [];
    const ofCpus = this.#fittingViews(
      [...rootsReachedByCpu(candidate), ...this.cpuRoots],
      candidate,
    );
    const isShared = this.#machine.layout?.isOffsetShared === true;
    const running = largest(
      ofCpus.filter((view) => isWhole(view) && (!isShared || this.#maps(view.root, candidate))),
    );
    const windowKeys = new Set(windows.map(({ key }) => key));
    const own = ownRoots(candidate);
    // Where kernels share an offset, the roots of all of them map this image, as plain memory.
    const isShown = isShared && this.#fittingViews(own, candidate).some(isWhole);
    const roots = (isShown ? own : distinct([...own, ...this.cpuRoots, ...otherRoots])).filter(
      ({ key }) => !windowKeys.has(key),
    );
    const all = this.#fittingViews(roots, candidate);
    // No real kernel is found through so many roots. An attacker who forges them may hide the true
    // one after the last root that is tried.
    const isCutShort = roots.length > maxRoots;
    const best =
      running ??
      largest(this.#fittingViews(rootsBySymbols(candidate), candidate).filter(isWhole)) ??
      largest(all) ??
      largest(this.#fittingViews(windows, candidate));
    return best === undefined
      ? null
      : {
          ...best,
          levelsBy: this.#levelsBy(best.root, candidate),
          isDisputed:
            running === undefined &&
            (isCutShort ||
              all.some((other) => isWhole(other) && isWhole(best) && !isSameImage(other, best))),
        };
  }

  /**
   * Where an architecture cannot distinguish a root from a table below one, the root is trusted.
   */
  #levelsBy(root: TranslationRoot, candidate: Identity): ChosenView['levelsBy'] {
    if (this.cpuRoots.some((own) => own.levels === root.levels && this.#maps(own, candidate))) {
      return 'cpu';
    }
    return this.#machine.mmu?.mapsLinearly(root) === false ? null : 'direct-map';
  }

  /** Whether a CPU's own tables map this image, whichever heuristic found it. */
  isMappedByCpu(kernel: Identity): boolean {
    return this.cpuRoots.some((root) => this.#maps(root, kernel));
  }

  /**
   * Whether some CPU's own tables map none of these kernels: it runs another one, or one that
   * cannot be seen.
   */
  isCpuAstray(kernels: readonly Identity[]): boolean {
    return this.cpuRoots.some((root) => kernels.every((kernel) => !this.#maps(root, kernel)));
  }

  /**
   * The runs of an image through a root. None where the root maps nothing of it, or where it is
   * unclear which image at a shared offset the candidate is.
   */
  runsOf(root: TranslationRoot, kernel: Identity): readonly MappedRun[] {
    const fitting = this.#all(root).filter((run) => imageOffsetOf(run) === kernel.imageOffset);
    const { layout, image } = this.#machine;
    const text = kernel.textPhysicalAddress;
    if (layout?.isOffsetShared !== true) {
      return fitting;
    }
    return text === null
      ? []
      : fitting.flatMap((run) => partsFrom(run, text, image.memory.ranges)).slice(0, maxRuns);
  }

  #fittingViews(roots: readonly TranslationRoot[], kernel: Identity): CandidateView[] {
    return distinct(roots)
      .slice(0, maxRoots)
      .map((root) => ({ root, runs: this.runsOf(root, kernel) }))
      .filter(({ runs }) => runs.some((run) => run.isExecutable));
  }

  /**
   * Whether a root maps an image as its own. Where kernels share an offset, each maps all memory
   * there, other images too; but it protects only its own text from writes.
   */
  #maps(root: TranslationRoot, kernel: Identity): boolean {
    const runs = this.runsOf(root, kernel);
    return this.#machine.layout?.isOffsetShared === true
      ? runs[0]?.isExecutable === true &&
          !runs[0].isWritable &&
          runs[0].physicalAddress === kernel.textPhysicalAddress
      : runs.some((run) => run.isExecutable);
  }

  #all(root: TranslationRoot): readonly MappedRun[] {
    let runs = this.#runs.get(root.key);
    if (runs === undefined) {
      runs = this.#machine.mmu?.runsOf(root, maxRuns) ?? [];
      if (this.#runs.size >= maxKeptRoots) {
        this.#runs.clear();
      }
      this.#runs.set(root.key, runs);
    }
    return runs;
  }
}

/** The roots that the CPUs' registers name, in the CPUs' order. */
function cpuRootsOf({ mmu, cpus }: SearchedMachine): TranslationRoot[] {
  return cpus.flatMap((cpu) => mmu?.rootOf(cpu.registers) ?? []);
}

/**
 * The part of a run that may belong to the image whose text begins there, within existing memory.
 */
function partsFrom(
  run: MappedRun,
  textPhysicalAddress: number,
  ranges: readonly PhysicalRange[],
): MappedRun[] {
  const from = Math.max(run.physicalAddress, textPhysicalAddress);
  const to = Math.min(
    run.physicalAddress + run.lengthInBytes,
    textPhysicalAddress + maxImageSizeInBytes,
  );
  return ranges
    .filter(({ start, end }) => from < to && start < to && end > from)
    .map(({ start, end }) => {
      const physicalAddress = Math.max(start, from);
      const virtualAddress = run.virtualAddress + BigInt(physicalAddress - run.physicalAddress);
      return {
        ...run,
        virtualAddress,
        physicalAddress,
        lengthInBytes: Math.min(end, to) - physicalAddress,
      };
    });
}

function ownRoots(candidate: CandidateState): TranslationRoot[] {
  return rootsIn(candidate.findings.map(({ finding }) => finding));
}

/**
 * What witnesses report by symbols. Symbols lie in the image itself, so these are the same through
 * any root.
 */
function rootsBySymbols({ testimonies }: CandidateState): TranslationRoot[] {
  return rootsIn(
    testimonies
      .map(({ testimony }) => testimony)
      .filter(
        ({ stance, evidence, isThroughPageTables }) =>
          stance === 'for' && evidence === 'symbols' && isThroughPageTables,
      ),
  );
}

function rootsReachedByCpu(candidate: CandidateState): TranslationRoot[] {
  return rootsIn(
    candidate.findings
      .map(({ finding }) => finding)
      .filter((finding) => finding.reachedByCpu === true),
  );
}

function rootsIn(findings: readonly Pick<CandidateFinding, 'claim'>[]): TranslationRoot[] {
  return findings.flatMap(({ claim }) => claim.root ?? []);
}

/** A kernel writes to its own data; user halves of page-table isolation do not map it. */
function isWhole({ runs }: CandidateView): boolean {
  return runs.some((run) => run.isWritable);
}

/** All roots of a kernel share the tables of its image, so they map the same. */
function isSameImage(one: CandidateView, other: CandidateView): boolean {
  return (
    one.runs === other.runs ||
    (one.runs.length === other.runs.length &&
      one.runs.every((run, index) => {
        const that = other.runs[index];
        return (
          run.virtualAddress === that?.virtualAddress && run.lengthInBytes === that.lengthInBytes
        );
      }))
  );
}

function largest(views: readonly CandidateView[]): CandidateView | undefined {
  const sizeOf = ({ runs }: CandidateView): number =>
    runs.reduce((sum, run) => sum + run.lengthInBytes, 0);
  return views.reduce<CandidateView | undefined>(
    (best, view) => (best === undefined || sizeOf(view) > sizeOf(best) ? view : best),
    undefined,
  );
}

function distinct(roots: readonly TranslationRoot[]): TranslationRoot[] {
  return [...new Map(roots.map((root) => [root.key, root])).values()];
}
