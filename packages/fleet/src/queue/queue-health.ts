import type { Queryable } from '../database/database.ts';
import { jobQueue, lostQueue, queueSchema } from './queue.ts';

/** A job that a process has. */
export interface RunningJob {
  readonly dump: string;
  readonly files: readonly string[];
  readonly runningInSeconds: number;
  /** Since its process last said that it has the job. */
  readonly heartbeatAgeInSeconds: number;
  /** How often the job began before. */
  readonly earlierTries: number;
}

/** How the queue is. Ages are null where there is no such job. */
export interface QueueHealth {
  readonly waiting: number;
  readonly running: number;
  /** Jobs whose processes died too often, and that wait for that result. */
  readonly givenUp: number;
  readonly oldestWaitingInSeconds: number | null;
  readonly oldestHeartbeatInSeconds: number | null;
}

/** Source: pg-boss 12.38.0, dist/plans.js: the states, and the columns of its table `job`. */
const isWaiting = `name = '${jobQueue}' and state in ('created', 'retry')`;
const isRunning = `name = '${jobQueue}' and state = 'active'`;
const heartbeat = 'coalesce(heartbeat_on, started_on)';

/** Counts the jobs that have no result, by the database's clock. */
export async function queueHealth(database: Queryable): Promise<QueueHealth> {
  const [row] = await database.query<QueueHealth>(
    `select count(*) filter (where ${isWaiting})::float8 as waiting,
      count(*) filter (where ${isRunning})::float8 as running,
      count(*) filter (where name = '${lostQueue}' and state in ('created', 'retry', 'active'))
        ::float8 as "givenUp",
      ${ageOf('created_on', isWaiting)} as "oldestWaitingInSeconds",
      ${ageOf(heartbeat, isRunning)} as "oldestHeartbeatInSeconds"
    from ${queueSchema}.job where state < 'completed'`,
  );
  if (row === undefined) {
    throw new Error('the database counts no rows');
  }
  return row;
}

/** The jobs that run, the one with the oldest heartbeat first. */
export async function runningJobs(database: Queryable, limit: number): Promise<RunningJob[]> {
  return await database.query<RunningJob>(
    `select job.dump, coalesce((select files from fleet.place place where place.dump = job.dump
        order by seen desc limit 1), '{}') as files,
      ${ageSince('queued.started_on')} as "runningInSeconds",
      ${ageSince(heartbeat)} as "heartbeatAgeInSeconds",
      queued.retry_count::float8 as "earlierTries"
    from ${queueSchema}.job queued join fleet.job job on job.id = queued.id
    where ${isRunning} order by ${heartbeat}, queued.id limit $1`,
    [limit],
  );
}

function ageOf(time: string, condition: string): string {
  return `extract(epoch from now() - min(${time}) filter (where ${condition}))::float8`;
}

function ageSince(time: string): string {
  return `extract(epoch from now() - ${time})::float8`;
}
