import type { TextAndJson } from './dump-calls.ts';

/** What reads all of a dump: asked of the second worker, so that views stay alive. */
export interface ScanCalls {
  /** The answer of `verify`. */
  verify: { readonly given: object; readonly answer: Verified };
}

export interface Verified extends TextAndJson {
  readonly isSound: boolean;
}
