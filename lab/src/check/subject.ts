/** What is the same for every guest of a check. */
export interface Subject {
  readonly outputFolder: string;
  readonly heuristics: readonly string[];
  /** Files by kernel release. */
  readonly systemMaps: ReadonlyMap<string, string>;
}
