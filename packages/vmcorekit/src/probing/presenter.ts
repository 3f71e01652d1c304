import type { Dump } from '@vmcorekit/core';
import type { RuledVerdict } from '../dumps/ruled-verdict.ts';
import type { ErrorReport } from '../terminal/error-report.ts';

/** Writes the answers of `probe` to stdout in one form. */
export interface Presenter {
  /** The text before the first answer. */
  start(): string;
  answer(dump: Dump, ruled: RuledVerdict, milliseconds: number): string;
  /** The text in place of an answer. The error itself goes to stderr. */
  failure(files: readonly string[], error: unknown, report: ErrorReport): string;
  /** The text after the last answer. */
  end(): string;
}
