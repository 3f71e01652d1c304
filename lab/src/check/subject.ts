/** A heuristic, as `vmcorekit heuristics --json` lists it. */
export interface CheckedHeuristic {
  readonly name: string;
  /** The library's names of the machines whose dumps it reads. */
  readonly architectures: 'any' | readonly string[];
}

/** What is the same for every guest of a check. */
export interface Subject {
  readonly outputFolder: string;
  /** The day of the check, as in 2026-01-31. */
  readonly checked: string;
  readonly heuristics: readonly CheckedHeuristic[];
  /** Files by kernel release. */
  readonly systemMaps: ReadonlyMap<string, string>;
}
