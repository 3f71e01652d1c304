import type { Findings } from '../store/outcome.ts';

/** What a coordinator asks of a child. Plain data: it crosses a pipe as JSON. */
export interface Question {
  readonly number: number;
  /** The parts of a split dump, in order; else one path. */
  readonly files: readonly string[];
  /** Analyzers to run too, by their names. */
  readonly analyzers: readonly string[];
}

/** What a child says of a dump that it survived. */
export interface Answer {
  readonly outcome: 'read' | 'unreadable';
  readonly because: string | null;
  readonly milliseconds: number;
  readonly findings: Findings | null;
}

/** How a child is configured. It stands in its arguments, as JSON. */
export interface ChildSettings {
  /** A child whose parent is another process has lost its coordinator. */
  readonly parentPid: number;
  /** A configuration file to use instead of those found; false for none; null for those found. */
  readonly config: string | false | null;
}

export type FromChild =
  | { readonly type: 'ready' }
  | { readonly type: 'remark'; readonly text: string }
  | { readonly type: 'failed'; readonly because: string }
  | { readonly type: 'answer'; readonly number: number; readonly answer: Answer };
