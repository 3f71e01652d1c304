import type { GuardedWork } from '@vmcorekit/browser';
import type { Transfer } from '@vmcorekit/core';
import type { CallName, Calls } from './calls.ts';
import type { SessionStart } from './session-start.ts';

/** From the page to the worker. */
export type ToWorker =
  /** The first message. */
  | { readonly kind: 'start'; readonly start: SessionStart }
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly name: CallName;
      readonly given: Calls[CallName]['given'];
    }
  /** Ends a call between two of its steps. */
  | { readonly kind: 'cancel'; readonly id: number }
  /** Asks for `pong`. */
  | { readonly kind: 'ping' };

/** From the worker to the page. */
export type FromWorker =
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly answer: Calls[CallName]['answer'];
    }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: Failure }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  /** What a guard runs right now. */
  | { readonly kind: 'guarded'; readonly work: GuardedWork }
  | { readonly kind: 'stray'; readonly stray: StrayError }
  /** What has gone over the network for the dump. */
  | { readonly kind: 'transfer'; readonly transfer: Transfer }
  | { readonly kind: 'pong' };

/** An error of a plug-in outside of its steps, as in a timer. */
export interface StrayError {
  /** The plug-in's file; null where it is not known. */
  readonly file: string | null;
  readonly because: string;
}

/** An error with the code and the sentence of the command. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface Progress {
  readonly doing: string;
  /** 0 to 1, or null where the end is not known. */
  readonly fraction: number | null;
}
