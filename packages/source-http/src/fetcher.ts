import type { FaultKind } from './fault.ts';
import type { Pinned } from './pinning.ts';

/** What has gone over the network. */
export interface Traffic {
  requests: number;
  bytesFetched: number;
}

/** What became of a question; `traffic` is all of the source so far. */
export type Answer = {
  readonly id: number;
  readonly traffic: Readonly<Traffic>;
} & (
  | { readonly bytes: Uint8Array; readonly pinned: Pinned | null }
  | { readonly fault: { readonly because: string; readonly kind: FaultKind } }
);

/** Bytes `start` up to, without, `end` of a source that the fetcher knows by its number. */
export interface FetchQuestion {
  readonly kind: 'fetch';
  readonly source: number;
  readonly start: number;
  readonly end: number;
}

/** Whom a `RemoteSource` asks for bytes: a thread on Node, the worker itself in a browser. */
export interface Fetcher {
  /** Whether it fetches while the caller goes on, so that it pays to ask ahead. */
  readonly isAside: boolean;
  /** Counts the times when answers were lost, and must be asked for again. */
  readonly lostCount: number;
  /** `onAnswer` is called at once, at the next wait, or from the event loop. */
  ask(question: FetchQuestion, onAnswer: (answer: Answer) => void): void;
  /** Takes the answers that are there. */
  takeAnswers(): void;
  /** Sleeps until answers have made something so. */
  waitUntil(isSo: () => boolean): void;
  /** Says that nothing more is asked of a source. */
  send(question: { readonly kind: 'close'; readonly source: number }): void;
}
