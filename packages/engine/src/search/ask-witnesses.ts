import {
  type Dump,
  type HeuristicContext,
  type KernelLayout,
  type KernelView,
  type Progress,
  type Testimony,
  type TranslationRoot,
  tryRead,
  type Witness,
  type WitnessedCandidate,
} from '@vmcorekit/core';
import { captureSignOf, isRunByPc } from '@vmcorekit/linux';
import type { CarverFailure, KernelViews } from '../kernel/kernel-views.ts';
import type { Blackboard } from './blackboard.ts';
import type { CandidateState, CandidateView } from './candidate-state.ts';
import { GuardedStep } from './guarded-step.ts';
import type { ImageWindows } from './image-windows.ts';
import { nonsenseInTestimony, notPlain, plainCopy } from './nonsense.ts';
import { isCutByLimit, runGuarded } from './run-guarded.ts';
import type { SearchBudget } from './search-budget.ts';

/** What the witnesses of one search share. */
export interface WitnessParts {
  readonly dump: Dump;
  readonly layout: KernelLayout | null;
  readonly witnesses: readonly Witness[];
  readonly context: HeuristicContext;
  readonly windows: ImageWindows;
  readonly views: KernelViews;
  readonly board: Blackboard;
  readonly budget: SearchBudget;
  /** Why witnesses are not asked, by name. */
  readonly leftOut: Readonly<Record<string, string>>;
  readonly onCarverFailure: (failure: CarverFailure) => void;
}

const symbolSearch = 'the search for symbols';

/** The witnesses of one search. They judge each candidate through the root that shows it best. */
export class WitnessPanel {
  readonly #parts: WitnessParts;
  readonly #askedThrough: Map<CandidateState, string> = new Map();
  /**
   * Witnesses that hung are not asked about the next candidate, because each would cost its time
   * limit again.
   */
  readonly #hung: Set<string> = new Set();

  constructor(parts: WitnessParts) {
    this.#parts = parts;
  }

  /** Asks every witness, once for each root through which the candidate is seen. */
  *ask(candidate: CandidateState): Generator<Progress | GuardedStep, void, void> {
    const { windows, witnesses } = this.#parts;
    const view = windows.view(candidate, this.#otherRoots());
    // In another byte order, the same root shows another kernel.
    const { byteOrder } = candidate.merged.claim;
    const through = `${view?.root.key ?? ''} ${byteOrder ?? ''}`;
    // Also with the same root: its dispute with other roots may have changed.
    candidate.view = view;
    if (this.#askedThrough.get(candidate) === through) {
      return;
    }
    this.#askedThrough.set(candidate, through);
    candidate.isMappedByCpu ||= view !== null && windows.isMappedByCpu(candidate);
    candidate.areWitnessesCut = false;
    const { imageOffset } = candidate;
    const physBase = this.#parts.layout?.physBaseOf(imageOffset) ?? null;
    const kernel = view === null ? null : yield* this.#kernelThrough(view, candidate);
    candidate.isMappedByCpu ||= kernel !== null && isRunByPc(this.#parts.dump, kernel);
    noteCaptureSign(candidate, kernel);
    const seen: WitnessedCandidate = {
      claim: { ...candidate.merged.claim, imageOffset, ...(physBase === null ? {} : { physBase }) },
      kernel,
    };
    const testimonies: { by: string; testimony: Testimony }[] = [];
    for (const witness of witnesses.filter((each) => this.#isOfArchitecture(each))) {
      if (this.#hung.has(witness.name) || this.#isLeftOut(witness.name)) {
        candidate.areWitnessesCut = true;
      } else {
        const heard = yield* this.#hear(witness, seen, candidate);
        testimonies.push(...heard.map((testimony) => ({ by: witness.name, testimony })));
      }
    }
    candidate.testimonies = testimonies;
  }

  /** Everything that one witness says. What it said before it failed counts. */
  *#hear(
    witness: Witness,
    seen: WitnessedCandidate,
    candidate: CandidateState,
  ): Generator<Progress | GuardedStep, Testimony[], void> {
    const { context, board, budget } = this.#parts;
    const heard: Testimony[] = [];
    const work = runGuarded(witness.name, () => witness.testify(context, seen), budget.limits());
    for (let step = work.next(); ; step = work.next()) {
      if (step.done === true) {
        board.noteEnd(witness.name, step.value);
        if (isCutByLimit(step.value)) {
          this.#hung.add(witness.name);
          candidate.areWitnessesCut = true;
        }
        return heard;
      }
      if (step.value instanceof GuardedStep || 'kind' in step.value) {
        yield step.value;
        continue;
      }
      const testimony = plainCopy(step.value);
      const nonsense = testimony === undefined ? notPlain : nonsenseInTestimony(testimony);
      if (testimony === undefined || nonsense !== undefined) {
        work.return({ ended: 'stopped' });
        board.noteEnd(witness.name, {
          ended: 'failed',
          because: `yielded ${nonsense ?? notPlain}`,
        });
        return heard;
      }
      heard.push(board.placed(testimony));
    }
  }

  /** The kernel with its symbols; without them where a carver hangs. */
  *#kernelThrough(
    { root, runs }: CandidateView,
    candidate: CandidateState,
  ): Generator<Progress | GuardedStep, KernelView, void> {
    const { views, board, budget, onCarverFailure: onFailure } = this.#parts;
    const { byteOrder } = candidate.merged.claim;
    let kernel = views.withoutSymbols(root, runs, byteOrder);
    if (this.#isLeftOut(symbolSearch)) {
      candidate.areWitnessesCut = true;
      return kernel;
    }
    const work = runGuarded(
      symbolSearch,
      function* () {
        kernel = yield* views.through(root, runs, { byteOrder, onFailure });
      },
      budget.limits(),
    );
    for (let step = work.next(); ; step = work.next()) {
      if (step.done === true) {
        board.noteEnd(symbolSearch, step.value);
        candidate.areWitnessesCut ||= isCutByLimit(step.value);
        return kernel;
      }
      yield step.value;
    }
  }

  /** Counts as one that its time limit cut. */
  #isLeftOut(name: string): boolean {
    const { board, leftOut } = this.#parts;
    const because = leftOut[name];
    if (because === undefined) {
      return false;
    }
    this.#hung.add(name);
    board.hasTimedOut = true;
    if (!board.notRun.some((row) => row.name === name)) {
      board.notRun.push({ name, because });
    }
    return true;
  }

  #isOfArchitecture({ architectures }: Witness): boolean {
    return (
      architectures === 'any' || architectures.includes(this.#parts.dump.architecture?.name ?? '')
    );
  }

  #otherRoots(): TranslationRoot[] {
    return this.#parts.board.candidates.flatMap((candidate) =>
      candidate.view === null ? [] : [candidate.view.root],
    );
  }
}

/** What a kernel says itself about being a capture kernel, and where. */
function noteCaptureSign(candidate: CandidateState, kernel: KernelView | null): void {
  const sign = kernel === null ? undefined : captureSignOf(kernel);
  candidate.isCaptureRuledOut = sign === false;
  candidate.captureSignAddress =
    kernel === null || sign === undefined || sign === false
      ? null
      : (tryRead(() => kernel.memory.translate(sign.virtualAddress).physicalAddress) ?? null);
}
