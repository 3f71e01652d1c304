import type { FetchQuestion } from './fetcher.ts';
import type { Patience } from './patience.ts';

/** What the thread that fetches is asked. Ids match answers: a guard may end a wait before it. */
export type Question = { readonly id: number } & (
  | {
      readonly kind: 'open';
      readonly source: number;
      readonly url: string;
      readonly headLengthInBytes: number;
      readonly patience: Patience | undefined;
    }
  | FetchQuestion
  | { readonly kind: 'close'; readonly source: number }
);

/** What the thread gets first. */
export interface Start {
  readonly port: import('node:worker_threads').MessagePort;
  /** Counters of answers sent and of seconds lived, and the number of a signal that came, or 0. */
  readonly counters: Int32Array;
  /** The numbers of the signals to watch for. */
  readonly signals: readonly number[];
}
