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
  /** Two counters: of answers sent, and of seconds lived. */
  readonly counters: Int32Array;
}
