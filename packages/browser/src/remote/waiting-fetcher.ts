import {
  type Answer,
  Fault,
  type Fetcher,
  type FetchQuestion,
} from '@vmcorekit/source-http/reading';
import type { RangeReader } from './range-reader.ts';

/** Fetches at once, in the worker that asks. */
export class WaitingFetcher implements Fetcher {
  readonly isAside = false;
  readonly lostCount = 0;
  readonly #reader: Pick<RangeReader, 'fetch' | 'traffic'>;
  readonly #onWait: ((isWaiting: boolean) => void) | undefined;

  /** `onWait` hears when a request begins and when it has ended. */
  constructor(
    reader: Pick<RangeReader, 'fetch' | 'traffic'>,
    onWait?: (isWaiting: boolean) => void,
  ) {
    this.#reader = reader;
    this.#onWait = onWait;
  }

  ask({ start, end }: FetchQuestion, onAnswer: (answer: Answer) => void): void {
    this.#onWait?.(true);
    const answer = this.#answerTo(start, end);
    this.#onWait?.(false);
    onAnswer(answer);
  }

  /** Every answer was taken already. */
  takeAnswers(): void {}

  waitUntil(): void {}

  send(): void {}

  #answerTo(start: number, end: number): Answer {
    try {
      const bytes = this.#reader.fetch(start, end);
      return { id: 0, traffic: { ...this.#reader.traffic }, bytes, pinned: null };
    } catch (error) {
      const { because, kind } =
        error instanceof Fault ? error : new Fault('it cannot be fetched', 'final');
      return { id: 0, traffic: { ...this.#reader.traffic }, fault: { because, kind } };
    }
  }
}
