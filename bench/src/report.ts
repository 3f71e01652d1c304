import type { JobResult, Result } from './job.ts';
import type { Machine } from './machine.ts';

/** Everything that a run measured: it is printed, written as JSON and drawn. */
export interface Report {
  readonly schema: 1;
  readonly date: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly skipped: readonly string[];
  readonly jobs: readonly JobResult[];
}

/**
 * How many times as long a peer takes as we do. Uses processor time where available, because a busy
 * machine distorts it less.
 */
export interface Ratios {
  readonly wall: number;
  readonly cpu: number | null;
}

export function ratios(ours: Result, theirs: Result): Ratios {
  const cpu =
    ours.cpuMilliseconds === null || theirs.cpuMilliseconds === null
      ? null
      : theirs.cpuMilliseconds / ours.cpuMilliseconds;
  return { wall: theirs.milliseconds / ours.milliseconds, cpu };
}
