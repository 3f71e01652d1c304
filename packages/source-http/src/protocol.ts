import type { FaultKind } from './fault.ts';
import type { Pinned } from './pinning.ts';
import type { Traffic } from './range-client.ts';
import type { Patience } from './read-body.ts';

/** What the thread that fetches is asked. Ids match answers: a guard may end a wait before it. */
export type Question = { readonly id: number } & (
  | {
      readonly kind: 'open';
      readonly source: number;
      readonly url: string;
      readonly headLengthInBytes: number;
      readonly patience: Patience | undefined;
    }
  | {
      readonly kind: 'fetch';
      readonly source: number;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: 'close'; readonly source: number }
);

/** What it answers; `traffic` is all of the source so far. */
export type Answer = {
  readonly id: number;
  readonly traffic: Readonly<Traffic>;
} & (
  | { readonly bytes: Uint8Array; readonly pinned: Pinned | null }
  | { readonly fault: { readonly because: string; readonly kind: FaultKind } }
);

/** What the thread gets first. */
export interface Start {
  readonly port: import('node:worker_threads').MessagePort;
  /** Two counters: of answers sent, and of seconds lived. */
  readonly counters: Int32Array;
}
