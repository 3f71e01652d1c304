/** One way to do a job: a command, timed from its start to its end, or by what it says itself. */
export interface Contender {
  readonly tool: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly input?: string;
  /**
   * It prints `{ milliseconds, cpuMilliseconds, count, bytes }` of the work alone; else the whole
   * process counts.
   */
  readonly tellsItself?: boolean;
}

/** One line of the table: ours first, then the peers'. */
export interface Job {
  readonly name: string;
  /** What the project wants to reach, in words. */
  readonly goal: string;
  readonly contenders: readonly [Contender, ...Contender[]];
  /** What the work comes to, where contenders that are timed whole do not say. */
  readonly bytes?: number;
}

/** Medians of a contender's runs. */
export interface Result {
  readonly tool: string;
  readonly milliseconds: number;
  readonly cpuMilliseconds: number | null;
  readonly peakResidentBytes: number | null;
  readonly bytesPerSecond: number | null;
  readonly countPerSecond: number | null;
  readonly runs: number;
  /** A command that ends with an error took some time, but not for the job. */
  readonly failed: boolean;
}

export interface JobResult {
  readonly name: string;
  readonly goal: string;
  readonly results: readonly Result[];
}
