/** One way to do a job: a command that is timed from start to end, or that times itself. */
export interface Contender {
  readonly tool: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly input?: string;
  /**
   * True where it prints `{ milliseconds, cpuMilliseconds, count, bytes }` of the work alone; else
   * the whole process is timed.
   */
  readonly tellsItself?: boolean;
}

/** One row group of the table: ours first, then the peers'. */
export interface Job {
  readonly name: string;
  /** The project's goal, in words. */
  readonly goal: string;
  readonly contenders: readonly [Contender, ...Contender[]];
  /** The amount of work, where contenders that are timed whole do not report it. */
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
  /** A command that ended with an error took some time, but did not do the job. */
  readonly failed: boolean;
}

export interface JobResult {
  readonly name: string;
  readonly goal: string;
  readonly results: readonly Result[];
}
