import {
  type Dump,
  type Heuristic,
  type HeuristicContext,
  isVmcorekitError,
  type KernelView,
  type Progress,
  patientGuard,
  resolveOptions,
  type StepGuard,
  type SymbolCarver,
  type Testimony,
  type TranslationRoot,
  type Verdict,
  type Witness,
  type WitnessedCandidate,
} from '@vmcorekit/core';
import { type CarverFailure, KernelViews } from '../kernel/kernel-views.ts';
import { Memo } from '../kernel/memo.ts';
import { Blackboard } from './blackboard.ts';
import type { CandidateState, CandidateView } from './candidate-state.ts';
import { GuardedStep, takeGuarded } from './guarded-step.ts';
import { cpuRootsOf, ImageWindows } from './image-windows.ts';
import {
  defaultPageLimit,
  defaultStepLimitInMilliseconds,
  defaultTimeLimitInMilliseconds,
  type LocateOptions,
} from './locate-options.ts';
import { isMemoryMissing } from './missing-memory.ts';
import { namedMachine, type SearchedMachine } from './named-machine.ts';
import { nonsenseInTestimony, notPlain, plainCopy } from './nonsense.ts';
import { type RunEnd, type RunLimits, runGuarded } from './run-guarded.ts';
import { unmetNeed } from './unmet-need.ts';
import { type WeighedDump, weigh } from './weigh.ts';

/** What a search is made of. */
export interface LocateParts {
  readonly heuristics: readonly Heuristic[];
  readonly witnesses: readonly Witness[];
  readonly symbolCarvers: readonly SymbolCarver[];
  /** The dump's kernels as they are seen, where they outlive the search. */
  readonly views?: KernelViews;
}

/** Searches a dump for its kernels. Yields progress; every step is short unless a plug-in's is long. */
export function* locate(parts: LocateParts, dump: Dump, options: LocateOptions): Generator<Progress, Verdict, void> {
  const search = new Search(parts, dump, options);
  try {
    yield* takeGuarded(search.run(), options.guard ?? patientGuard);
  } catch (error) {
    // Also the search's own reads may fail: that is no error of the search, and the verdict says so.
    if (dump.sourceFailure !== null) {
      return weigh(search.board, weighedDump(dump, search.machine));
    }
    if (!isVmcorekitError(error, 'timed-out')) {
      throw error;
    }
    // A machine so busy that even the search's own code was cut: what was found till then counts, as at any end of the time limit.
    search.board.hasTimedOut = true;
    search.board.notRun.push({ name: 'the rest of the search', because: 'the time limit was reached before it' });
  }
  return weigh(search.board, weighedDump(dump, search.machine));
}

function weighedDump(dump: Dump, machine: SearchedMachine): WeighedDump {
  const { architecture, image } = dump;
  return {
    areCpusKnown: cpuRootsOf(machine).length > 0,
    isMemoryMissing: isMemoryMissing(dump),
    isTranslated: machine.mmu !== null,
    layout: machine.layout,
    sourceFailure: dump.sourceFailure?.message ?? null,
    byteOrder: architecture?.byteOrder ?? image.byteOrder,
    wordSizeInBits: architecture?.wordSizeInBits ?? image.wordSizeInBits,
  };
}

class Search {
  readonly board: Blackboard;
  readonly machine: SearchedMachine;
  readonly #parts: LocateParts;
  readonly #dump: Dump;
  readonly #options: LocateOptions;
  readonly #context: HeuristicContext;
  readonly #deadline: number;
  readonly #limitInMilliseconds: number;
  readonly #stepLimitInMilliseconds: number;
  /** The count of pages read at which the search ends. */
  readonly #lastPage: number;
  readonly #guard: StepGuard;
  readonly #windows: ImageWindows;
  readonly #views: KernelViews;
  readonly #witnessedThrough: Map<CandidateState, string> = new Map();
  /** Witnesses that hung are not asked about the next candidate: each would cost its time limit again. */
  readonly #hung: Set<string> = new Set();
  #hasSearchedAll: boolean = false;

  constructor(parts: LocateParts, dump: Dump, options: LocateOptions) {
    const memo = new Memo();
    this.machine = namedMachine(dump);
    this.board = new Blackboard(this.machine.layout);
    this.#parts = parts;
    this.#dump = dump;
    this.#options = options;
    this.#windows = new ImageWindows(this.machine);
    this.#views = parts.views ?? new KernelViews(dump, parts.symbolCarvers);
    this.#guard = options.guard ?? patientGuard;
    const timeLimitInMilliseconds = options.timeLimitInMilliseconds ?? defaultTimeLimitInMilliseconds;
    this.#deadline = performance.now() + timeLimitInMilliseconds;
    this.#limitInMilliseconds = timeLimitInMilliseconds / 2;
    this.#stepLimitInMilliseconds = options.stepTimeLimitInMilliseconds ?? defaultStepLimitInMilliseconds;
    this.#lastPage = this.#pagesRead() + (options.pageLimit ?? defaultPageLimit);
    this.#context = {
      dump,
      symbolFiles: options.symbolFiles ?? [],
      findings: this.board.findings,
      kernelThrough: (root, runs) => this.#views.through(root, runs, { onFailure: this.#noteCarverFailure }),
      memo: (key, compute) => memo.get(key, compute),
    };
  }

  *run(): Generator<Progress | GuardedStep, void, void> {
    yield* this.#takeTold();
    for (const heuristic of inOrder(this.#parts.heuristics, this.#options.only)) {
      const because = this.#reasonNotToRun(heuristic);
      if (because !== undefined) {
        this.board.notRun.push({ name: heuristic.name, because });
        continue;
      }
      yield* this.#runHeuristic(heuristic);
    }
    for (const candidate of this.board.candidates) {
      yield* this.#witness(candidate);
    }
    const witnessed = this.board.candidates.filter((candidate) => candidate.isWitnessed);
    this.board.isCpuAstray = this.#windows.isCpuAstray(witnessed);
  }

  #reasonNotToRun(heuristic: Heuristic): string | undefined {
    const { only, skip } = this.#options;
    if (this.#dump.sourceFailure !== null) {
      return 'the dump cannot be read further';
    }
    if (only !== undefined && !only.includes(heuristic.name)) {
      return this.#options.onlyBecause ?? 'not among those asked for';
    }
    if (skip?.includes(heuristic.name) === true) {
      return 'skipped as asked';
    }
    const unmet = unmetNeed(heuristic, this.#context);
    if (unmet !== undefined) {
      return unmet;
    }
    if (this.#remaining() <= 0) {
      this.board.hasTimedOut = true;
      this.board.isSearchCutShort ||= heuristic.isExhaustive === true;
      return 'the time limit was reached before it';
    }
    if (this.#pagesRead() >= this.#lastPage) {
      this.board.hasReachedPageLimit = true;
      this.board.isSearchCutShort ||= heuristic.isExhaustive === true;
      return 'the page limit was reached before it';
    }
    return heuristic.cost !== 'header' && this.#isAnswered(heuristic)
      ? `the answer was ${this.#options.acceptAt === 'probable' ? 'sure enough' : 'certain'} without it`
      : undefined;
  }

  /** Whether what is known makes a heuristic needless: a certain answer that is selected, or is to be searched for exhaustively. */
  #isAnswered(next: Heuristic): boolean {
    const isAccepted = this.board.candidates.some((candidate) => this.#isAccepted(candidate));
    const isForSearch = isAccepted && this.#options.all !== true && next.isExhaustive !== true && !this.#hasSearchedAll;
    return this.#isSettled() || isForSearch;
  }

  /** Whether nothing more can change the answer. A scan that found one kernel goes on till then: what it found first may be stale. */
  #isSettled(): boolean {
    const accepted = this.board.candidates.filter((candidate) => this.#isAccepted(candidate));
    return accepted.some((candidate) => candidate.isSelected) && this.#options.all !== true;
  }

  #isAccepted({ confidence }: CandidateState): boolean {
    return confidence === 'certain' || (confidence === 'probable' && this.#options.acceptAt === 'probable');
  }

  *#runHeuristic(heuristic: Heuristic): Generator<Progress | GuardedStep, void, void> {
    const work = runGuarded(
      heuristic.name,
      () =>
        heuristic.run(
          this.#context,
          resolveOptions(heuristic.name, heuristic.options, this.#options.options?.[heuristic.name] ?? {}),
        ),
      this.#limits(),
    );
    for (let step = work.next(); ; step = work.next()) {
      if (step.done === true) {
        this.#noteEnd(heuristic.name, step.value);
        this.board.isSearchCutShort ||= heuristic.isExhaustive === true && isCut(step.value);
        this.#hasSearchedAll ||= heuristic.isExhaustive === true && step.value.ended === 'finished';
        return;
      }
      if (step.value instanceof GuardedStep || step.value.kind === 'progress') {
        yield step.value;
        continue;
      }
      const { candidate, nonsense } = this.board.add(heuristic.name, step.value);
      if (nonsense !== undefined) {
        work.return({ ended: 'stopped' });
        this.#noteEnd(heuristic.name, { ended: 'failed', because: `yielded ${nonsense}` });
        this.board.isSearchCutShort ||= heuristic.isExhaustive === true;
        return;
      }
      if (candidate !== undefined) {
        yield* this.#witness(candidate);
      }
      if (heuristic.cost === 'scan' && heuristic.isExhaustive !== true && this.#isSettled()) {
        work.return({ ended: 'stopped' });
        return;
      }
    }
  }

  *#takeTold(): Generator<Progress | GuardedStep, void, void> {
    if (this.#options.told === undefined) {
      return;
    }
    const { candidate, nonsense } = this.board.add('told', {
      kind: 'candidate',
      evidence: 'told',
      strength: 'strong',
      claim: this.#options.told,
      because: `told by ${this.#options.toldBy ?? 'the user'}`,
      at: [],
    });
    if (nonsense !== undefined) {
      this.board.notRun.push({ name: 'told', because: `was ${nonsense}` });
    }
    if (candidate !== undefined) {
      yield* this.#witness(candidate);
    }
  }

  /** Asks every witness, once for each root the candidate comes to be seen through. */
  *#witness(candidate: CandidateState): Generator<Progress | GuardedStep, void, void> {
    const view = this.#windows.view(candidate, this.#otherRoots());
    const through = view?.root.key ?? '';
    // Also where the root is the same: whether others dispute it may have changed.
    candidate.view = view;
    if (this.#witnessedThrough.get(candidate) === through) {
      return;
    }
    this.#witnessedThrough.set(candidate, through);
    candidate.isMappedByCpu ||= view !== null && this.#windows.isMappedByCpu(candidate);
    candidate.areWitnessesCut = false;
    const context = this.#context;
    const { imageOffset } = candidate;
    const physBase = this.machine.layout?.physBaseOf(imageOffset) ?? null;
    const seen: WitnessedCandidate = {
      claim: { ...candidate.merged.claim, imageOffset, ...(physBase === null ? {} : { physBase }) },
      kernel: view === null ? null : yield* this.#kernelThrough(view, candidate),
    };
    const testimonies: { by: string; testimony: Testimony }[] = [];
    for (const witness of this.#parts.witnesses) {
      const isOfArchitecture =
        witness.architectures === 'any' || witness.architectures.includes(this.#dump.architecture?.name ?? '');
      if (!isOfArchitecture || this.#hung.has(witness.name)) {
        candidate.areWitnessesCut ||= isOfArchitecture;
        continue;
      }
      const work = runGuarded(witness.name, () => witness.testify(context, seen), this.#limits());
      for (let step = work.next(); ; step = work.next()) {
        if (step.done === true) {
          this.#noteEnd(witness.name, step.value);
          candidate.areWitnessesCut ||= isCutByLimit(step.value);
          break;
        }
        if (step.value instanceof GuardedStep || 'kind' in step.value) {
          yield step.value;
          continue;
        }
        const testimony = plainCopy(step.value);
        const nonsense = testimony === undefined ? notPlain : nonsenseInTestimony(testimony);
        if (testimony === undefined || nonsense !== undefined) {
          work.return({ ended: 'stopped' });
          this.#noteEnd(witness.name, { ended: 'failed', because: `yielded ${nonsense ?? notPlain}` });
          break;
        }
        testimonies.push({ by: witness.name, testimony: this.board.placed(testimony) });
      }
    }
    candidate.testimonies = testimonies;
  }

  /** The kernel with its symbols; without them where a carver hangs. */
  *#kernelThrough({ root, runs }: CandidateView, candidate: CandidateState): Generator<Progress | GuardedStep, KernelView, void> {
    const views = this.#views;
    const { byteOrder } = candidate.merged.claim;
    let kernel = views.withoutSymbols(root, runs, byteOrder);
    const onFailure = this.#noteCarverFailure;
    const work = runGuarded(
      'the search for symbols',
      function* () {
        kernel = yield* views.through(root, runs, { byteOrder, onFailure });
      },
      this.#limits(),
    );
    for (let step = work.next(); ; step = work.next()) {
      if (step.done === true) {
        this.#noteEnd('the search for symbols', step.value);
        candidate.areWitnessesCut ||= isCutByLimit(step.value);
        return kernel;
      }
      yield step.value;
    }
  }

  readonly #noteCarverFailure = ({ name, because }: CarverFailure): void => {
    if (!this.board.notRun.some((row) => row.name === name && row.because === because)) {
      this.board.notRun.push({ name, because });
    }
  };

  #otherRoots(): TranslationRoot[] {
    return this.board.candidates.flatMap((candidate) => (candidate.view === null ? [] : [candidate.view.root]));
  }

  /** Half of what there is, so that one that hangs or reads without end leaves something for the others. */
  #limits(): RunLimits {
    const pagesRead = this.#pagesRead();
    return {
      guard: this.#guard,
      limitInMilliseconds: Math.min(this.#limitInMilliseconds, Math.max(1, this.#remaining())),
      stepLimitInMilliseconds: this.#stepLimitInMilliseconds,
      pagesRead: () => this.#pagesRead(),
      pageLimit: pagesRead + Math.max(1, Math.ceil((this.#lastPage - pagesRead) / 2)),
    };
  }

  #pagesRead(): number {
    return this.#dump.image.memory.pagesRead;
  }

  #remaining(): number {
    return this.#deadline - performance.now();
  }

  #noteEnd(name: string, end: RunEnd): void {
    if (end.ended === 'page-limit') {
      this.board.notRun.push({ name, because: end.because });
      this.board.hasReachedPageLimit = true;
      this.#hung.add(name);
    }
    if (end.ended === 'failed') {
      this.board.notRun.push({ name, because: end.because, ...(end.stack === undefined ? {} : { stack: end.stack }) });
      if (end.code === 'timed-out') {
        this.board.hasTimedOut = true;
        this.#hung.add(name);
      }
      this.board.hasWrongSymbols ||= end.code === 'wrong-symbols';
    }
  }
}

/** By the limit of pages, or by the watchdog. */
function isCutByLimit(end: RunEnd): boolean {
  return end.ended === 'page-limit' || (end.ended === 'failed' && end.code === 'timed-out');
}

function isCut({ ended }: RunEnd): boolean {
  return ended === 'failed' || ended === 'page-limit';
}

/** Those asked for first, in the order asked; the others follow, each to be told why it does not run. */
function inOrder(heuristics: readonly Heuristic[], only: readonly string[] | undefined): readonly Heuristic[] {
  const place = (heuristic: Heuristic): number => {
    const index = only?.indexOf(heuristic.name) ?? -1;
    return index < 0 ? Number.POSITIVE_INFINITY : index;
  };
  return only === undefined ? heuristics : heuristics.toSorted((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}
