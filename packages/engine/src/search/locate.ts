import {
  type Dump,
  type Heuristic,
  type HeuristicContext,
  isTooMuchToFetch,
  isVmcorekitError,
  type Progress,
  patientGuard,
  resolveOptions,
  type SymbolCarver,
  sizeText,
  type Verdict,
  type Witness,
} from '@vmcorekit/core';
import { type CarverFailure, KernelViews } from '../kernel/kernel-views.ts';
import { Memo } from '../kernel/memo.ts';
import { WitnessPanel } from './ask-witnesses.ts';
import { Blackboard } from './blackboard.ts';
import { type CandidateState, told } from './candidate-state.ts';
import { GuardedStep, takeGuarded } from './guarded-step.ts';
import { ImageWindows } from './image-windows.ts';
import type { LocateOptions } from './locate-options.ts';
import { namedMachine, type SearchedMachine } from './named-machine.ts';
import { type RunEnd, runGuarded } from './run-guarded.ts';
import { SearchBudget } from './search-budget.ts';
import { unmetNeed } from './unmet-need.ts';
import { weigh } from './weigh.ts';
import { weighedDump } from './weighed-dump.ts';

/** The parts of a search. */
export interface LocateParts {
  readonly heuristics: readonly Heuristic[];
  readonly witnesses: readonly Witness[];
  readonly symbolCarvers: readonly SymbolCarver[];
  /** The dump's kernel views, where they outlive the search. */
  readonly views?: KernelViews;
}

/**
 * Searches a dump for its kernels. Yields progress. Every step is short, unless a plug-in's step is
 * long.
 */
export function* locate(
  parts: LocateParts,
  dump: Dump,
  options: LocateOptions,
): Generator<Progress, Verdict, void> {
  const search = new Search(parts, dump, options);
  try {
    yield* takeGuarded(search.run(), options.guard ?? patientGuard, options.onStep);
  } catch (error) {
    // The search's own reads may also fail. That is no error of the search, and the verdict reports
    // it.
    if (dump.sourceFailure !== null) {
      return weigh(search.board, weighedDump(dump, search.machine));
    }
    if (!isVmcorekitError(error, 'timed-out')) {
      throw error;
    }
    // On a very busy machine, even the search's own code may be cut. What was found by then counts,
    // as at any end of the time limit.
    search.board.hasTimedOut = true;
    search.board.notRun.push({
      name: 'the rest of the search',
      because: 'the time limit was reached before it',
    });
  }
  return weigh(search.board, weighedDump(dump, search.machine));
}

class Search {
  readonly board: Blackboard;
  readonly machine: SearchedMachine;
  readonly #parts: LocateParts;
  readonly #dump: Dump;
  readonly #options: LocateOptions;
  readonly #context: HeuristicContext;
  readonly #budget: SearchBudget;
  readonly #windows: ImageWindows;
  readonly #panel: WitnessPanel;
  #hasSearchedAll: boolean = false;

  constructor(parts: LocateParts, dump: Dump, options: LocateOptions) {
    const memo = new Memo();
    this.machine = namedMachine(dump);
    this.board = new Blackboard(this.machine.layout);
    this.#parts = parts;
    this.#dump = dump;
    this.#options = options;
    this.#windows = new ImageWindows(this.machine);
    this.#budget = new SearchBudget(dump.image.memory, options);
    const views = parts.views ?? new KernelViews(dump, parts.symbolCarvers);
    this.#context = {
      dump,
      symbolFiles: options.symbolFiles ?? [],
      findings: this.board.findings,
      runsAllSearches: runsAllSearches(dump, options),
      kernelThrough: (root, runs) =>
        views.through(root, runs, { onFailure: this.#noteCarverFailure }),
      memo: (key, compute) => memo.get(key, compute),
    };
    this.#panel = new WitnessPanel({
      dump,
      layout: this.machine.layout,
      witnesses: parts.witnesses,
      context: this.#context,
      windows: this.#windows,
      views,
      board: this.board,
      budget: this.#budget,
      leftOut: options.leftOut ?? {},
      onCarverFailure: this.#noteCarverFailure,
    });
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
      yield* this.#panel.ask(candidate);
    }
    const witnessed = this.board.candidates.filter((candidate) => candidate.isWitnessed);
    this.board.isCpuAstray = this.#windows.isCpuAstray(witnessed);
  }

  #reasonNotToRun(heuristic: Heuristic): string | undefined {
    const { only, skip, leftOut } = this.#options;
    if (this.#dump.sourceFailure !== null) {
      return 'the dump cannot be read further';
    }
    if (only !== undefined && !only.includes(heuristic.name)) {
      return this.#options.onlyBecause ?? 'not selected';
    }
    if (skip?.includes(heuristic.name) === true) {
      return 'skipped as asked';
    }
    const unmet = unmetNeed(heuristic, this.#context);
    if (unmet !== undefined) {
      return unmet;
    }
    const leftOutBecause = leftOut?.[heuristic.name];
    if (leftOutBecause !== undefined) {
      this.board.hasTimedOut = true;
      this.board.isSearchCutShort ||= heuristic.isExhaustive === true;
      return leftOutBecause;
    }
    if (this.#budget.isOutOfTime) {
      this.board.hasTimedOut = true;
      this.board.isSearchCutShort ||= heuristic.isExhaustive === true;
      return 'the time limit was reached before it';
    }
    if (this.#budget.isOutOfPages) {
      this.board.hasReachedPageLimit = true;
      this.board.isSearchCutShort ||= heuristic.isExhaustive === true;
      return 'the page limit was reached before it';
    }
    if (heuristic.cost !== 'header' && this.#isAnswered(heuristic)) {
      return `the answer was ${this.#options.acceptAt === 'probable' ? 'sure enough' : 'certain'} without it`;
    }
    const tooMuch = heuristic.cost === 'scan' ? tooMuchToFetch(this.#dump) : undefined;
    if (tooMuch !== undefined) {
      this.board.hasReachedTransferLimit = true;
      this.board.isSearchCutShort ||= heuristic.isExhaustive === true;
    }
    return tooMuch;
  }

  /**
   * Whether the known facts make a heuristic unnecessary: a certain answer that is selected, or
   * that an exhaustive search will confirm.
   */
  #isAnswered(next: Heuristic): boolean {
    const isAccepted = this.board.candidates.some((candidate) => this.#isAccepted(candidate));
    const isForSearch =
      isAccepted &&
      this.#options.all !== true &&
      next.isExhaustive !== true &&
      !this.#hasSearchedAll;
    return this.#isSettled() || isForSearch;
  }

  /**
   * Whether nothing more can change the answer. Until then a scan continues after its first kernel,
   * because that one may be stale.
   */
  #isSettled(): boolean {
    const accepted = this.board.candidates.filter((candidate) => this.#isAccepted(candidate));
    return accepted.some((candidate) => candidate.isSelected) && this.#options.all !== true;
  }

  #isAccepted({ confidence }: CandidateState): boolean {
    return (
      confidence === 'certain' ||
      (confidence === 'probable' && this.#options.acceptAt === 'probable')
    );
  }

  *#runHeuristic(heuristic: Heuristic): Generator<Progress | GuardedStep, void, void> {
    const work = runGuarded(
      heuristic.name,
      () =>
        heuristic.run(
          this.#context,
          resolveOptions(
            heuristic.name,
            heuristic.options,
            this.#options.options?.[heuristic.name] ?? {},
          ),
        ),
      this.#budget.limits(),
    );
    for (let step = work.next(); ; step = work.next()) {
      if (step.done === true) {
        this.board.noteEnd(heuristic.name, step.value);
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
        this.board.noteEnd(heuristic.name, { ended: 'failed', because: `yielded ${nonsense}` });
        this.board.isSearchCutShort ||= heuristic.isExhaustive === true;
        return;
      }
      if (candidate !== undefined) {
        yield* this.#panel.ask(candidate);
      }
      if (heuristic.cost === 'scan' && heuristic.isExhaustive !== true && this.#isSettled()) {
        work.return({ ended: 'stopped' });
        return;
      }
    }
  }

  readonly #noteCarverFailure = ({ name, because }: CarverFailure): void => {
    if (!this.board.notRun.some((row) => row.name === name && row.because === because)) {
      this.board.notRun.push({ name, because });
    }
  };

  *#takeTold(): Generator<Progress | GuardedStep, void, void> {
    if (this.#options.told === undefined) {
      return;
    }
    const { candidate, nonsense } = this.board.add(told, {
      kind: 'candidate',
      evidence: 'told',
      strength: 'strong',
      claim: this.#options.told,
      because: `given by ${this.#options.toldBy ?? 'the user'}`,
      at: [],
    });
    if (nonsense !== undefined) {
      this.board.notRun.push({ name: told, because: `was ${nonsense}` });
    }
    if (candidate !== undefined) {
      yield* this.#panel.ask(candidate);
    }
  }
}

/** Why a search through all of a dump cannot be paid for; undefined where it can. */
function tooMuchToFetch({ statistics: { transfer } }: Dump): string | undefined {
  return isTooMuchToFetch(transfer)
    ? `it would fetch up to ${sizeText(transfer.filesInBytes)}, and ${sizeText(transfer.leftInBytes ?? 0)} are left (--max-transfer)`
    : undefined;
}

/** What selects a kernel also ends the search: a CPU, the file's note, the user. */
function runsAllSearches(
  { cpus, vmcoreinfo }: Dump,
  { all, only, told: given }: LocateOptions,
): boolean {
  const isUnselected =
    vmcoreinfo === null &&
    given === undefined &&
    cpus.every(({ registers }) => registers.size === 0);
  return only === undefined && (all === true || isUnselected);
}

function isCut({ ended }: RunEnd): boolean {
  return ended === 'failed' || ended === 'page-limit';
}

/**
 * The requested heuristics first, in the order given; then the others, so that each gets a reason
 * why it does not run.
 */
function inOrder(
  heuristics: readonly Heuristic[],
  only: readonly string[] | undefined,
): readonly Heuristic[] {
  const place = (heuristic: Heuristic): number => {
    const index = only?.indexOf(heuristic.name) ?? -1;
    return index < 0 ? Number.POSITIVE_INFINITY : index;
  };
  return only === undefined
    ? heuristics
    : heuristics.toSorted((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}
