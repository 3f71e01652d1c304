import type { CellValue, Report } from '@vmcorekit/core';
import type { AnalyzeRequest } from '../../protocol/analysis-calls.ts';

/** The tables of a big dump take some 50 MB each. */
const maxKept = 4;

/** A report whose rows can be read again. */
export interface KeptReport {
  readonly report: Report;
  readonly columns: readonly string[];
  /** Null where the answer is no table. */
  readonly rows: readonly (readonly CellValue[])[] | null;
}

/** The last answers of analyzers, so that a table is saved without running them again. */
export class KeptReports {
  readonly #kept: Map<string, KeptReport> = new Map();

  /** The kept report, or what `run` gives. */
  async of(
    { name, options = {} }: AnalyzeRequest,
    run: () => Promise<Report>,
  ): Promise<KeptReport> {
    const key = JSON.stringify([name, options]);
    const kept = this.#kept.get(key) ?? keep(await run());
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > maxKept && oldest !== undefined) {
      this.#kept.delete(oldest);
    }
    return kept;
  }
}

function keep(report: Report): KeptReport {
  const { rows } = report;
  return { report, columns: rows?.columns ?? [], rows: rows === undefined ? null : [...rows.rows] };
}
