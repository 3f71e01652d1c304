import type { Dump } from '@vmcorekit/core';
import type { RuledVerdict } from '../dumps/locate-by-rules.ts';
import type { ErrorReport } from '../terminal/error-report.ts';

/** How the answers of `probe` are written to stdout, in one form or another. */
export interface Presenter {
  /** What stands before the first answer. */
  start(): string;
  answer(dump: Dump, ruled: RuledVerdict, milliseconds: number): string;
  /** What stands in the place of an answer; the error itself is reported on stderr. */
  failure(files: readonly string[], error: unknown, report: ErrorReport): string;
  /** What stands after the last. */
  end(): string;
}
