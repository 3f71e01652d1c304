import { PgBoss } from 'pg-boss';
import type { Database, Queryable } from '../database/database.ts';

/** A job that this process has taken. `retryCount` names the attempt. */
export interface TakenJob {
  readonly id: string;
  readonly retryCount: number;
}

export interface QueuedJob {
  /** A UUID. A known one is ignored. */
  readonly id: string;
  /** Higher ones run first. */
  readonly priority: number;
}

export interface QueueOptions {
  /** How long a job without heartbeat stays with its process; 10 is the least. */
  readonly heartbeatInSeconds?: number;
  /** How many processes may die with a job in hand before it is given up. */
  readonly maxLosses?: number;
  /** Whether this process looks for jobs of dead ones. */
  readonly isSupervising?: boolean;
}

/** How often a process says that it still has a job: three times in the shortest limit. */
export const heartbeatEveryMilliseconds = 3000;

export const jobQueue = 'dumps';
/** Jobs whose processes died too often. */
export const lostQueue = 'dumps-lost';
/** pg-boss keeps its tables there. */
export const queueSchema = 'fleet_queue';
const hoursInSeconds = 3600;

/** Jobs that wait, on pg-boss. The queue holds ids; what a job is stands in `fleet.job`. */
export class Queue {
  readonly #boss: PgBoss;

  private constructor(boss: PgBoss) {
    this.#boss = boss;
  }

  /** Makes the queue, or uses the one that is there. Rejects with the database's errors. */
  static async open(
    database: Database,
    remark: (text: string) => void,
    options: QueueOptions = {},
  ): Promise<Queue> {
    const { heartbeatInSeconds = 10, maxLosses = 20, isSupervising = true } = options;
    const boss = new PgBoss({
      backend: database.kind,
      db: bossDatabase(database),
      schema: queueSchema,
      supervise: isSupervising,
      schedule: false,
      // A dead process is noticed after its heartbeat's limit and one of these.
      superviseIntervalSeconds: 2,
      monitorIntervalSeconds: 2,
      registerInstance: false,
      openTelemetry: { enabled: false },
    });
    boss.on('error', (error) => remark(`the queue: ${error.message}`));
    await boss.start();
    const limits = {
      // Heartbeats notice what died. This bounds a process that lives and forgets a job.
      expireInSeconds: 12 * hoursInSeconds,
      retentionSeconds: 360 * 24 * hoursInSeconds,
      deleteAfterSeconds: hoursInSeconds,
    };
    await boss.createQueue(lostQueue, { ...limits, retryLimit: maxLosses });
    const own = {
      ...limits,
      heartbeatSeconds: heartbeatInSeconds,
      retryLimit: maxLosses,
      retryDelay: 0,
      deadLetter: lostQueue,
    };
    await boss.createQueue(jobQueue, own);
    await boss.updateQueue(jobQueue, own);
    return new Queue(boss);
  }

  /** Adds jobs, in a transaction that also adds what they are. */
  async enqueue(added: readonly QueuedJob[], transaction: Queryable): Promise<void> {
    const rows = added.map(({ id, priority }) => ({ id, priority, data: { job: id } }));
    await this.#boss.insert(jobQueue, rows, { db: bossDatabase(transaction) });
  }

  /** Takes up to `count` jobs, the most urgent first. */
  async fetch(count: number): Promise<TakenJob[]> {
    const taken = await this.#boss.fetch(jobQueue, { batchSize: count, includeMetadata: true });
    return taken.map(({ id, retryCount }) => ({ id, retryCount }));
  }

  /** Keeps jobs. Returns those that this process has no more. */
  async touch(taken: readonly TakenJob[], transaction?: Queryable): Promise<TakenJob[]> {
    if (taken.length === 0) {
      return [];
    }
    const options = transaction === undefined ? {} : { db: bossDatabase(transaction) };
    const kept = settledBy(await this.#boss.touch(jobQueue, [...taken], options));
    return taken.filter(({ id }) => !kept.includes(id));
  }

  /**
   * Ends jobs in the transaction that writes their results. Returns the ids of those that this
   * process still had: write no result of another.
   */
  async complete(taken: readonly TakenJob[], transaction: Queryable): Promise<ReadonlySet<string>> {
    const db = bossDatabase(transaction);
    return new Set(settledBy(await this.#boss.complete(jobQueue, [...taken], null, { db })));
  }

  /** Gives a job back, to run again. False if this process has it no more. */
  async giveBack(job: TakenJob, transaction?: Queryable): Promise<boolean> {
    const options = transaction === undefined ? {} : { db: bossDatabase(transaction) };
    return settledBy(await this.#boss.fail(jobQueue, [job], null, options)).length === 1;
  }

  /** Gives back every job that was taken. Only for who knows that no other process runs. */
  async giveBackAll(database: Queryable): Promise<void> {
    const rows = await database.query<{ id: string }>(
      `select id from ${queueSchema}.job where name = $1 and state = 'active'`,
      [jobQueue],
    );
    if (rows.length > 0) {
      await this.#boss.fail(
        jobQueue,
        rows.map(({ id }) => id),
      );
    }
  }

  /** Takes jobs that were given up. */
  async fetchLost(count: number): Promise<{ readonly entry: TakenJob; readonly job: string }[]> {
    const taken = await this.#boss.fetch<{ job: string }>(lostQueue, {
      batchSize: count,
      includeMetadata: true,
    });
    return taken.map(({ id, retryCount, data }) => ({ entry: { id, retryCount }, job: data.job }));
  }

  /** Ends the entry of a job that was given up, with its result. */
  async completeLost(entry: TakenJob, transaction: Queryable): Promise<boolean> {
    const db = bossDatabase(transaction);
    return settledBy(await this.#boss.complete(lostQueue, [entry], null, { db })).length === 1;
  }

  /** Removes a job that ended, to enqueue it again. */
  async forget(ids: readonly string[], transaction: Queryable): Promise<void> {
    const db = bossDatabase(transaction);
    await this.#boss.deleteJob(jobQueue, [...ids], { db });
  }

  /** Adds again, if the queue does not know it, each job that has no result. */
  async restore(transaction: Queryable): Promise<void> {
    const rows = await transaction.query<QueuedJob>(
      `select job.id, job.priority from fleet.job job
        where not exists (select from fleet.result result where result.job = job.id)
          and not exists (select from ${queueSchema}.job queued where queued.id = job.id)`,
    );
    await this.enqueue(rows, transaction);
  }

  /** Jobs that wait or run, in the order of their ids; those after one, at most `count`. */
  async unfinished(database: Queryable, after: string | null, count: number): Promise<QueuedJob[]> {
    return await database.query<QueuedJob>(
      `select id, priority from ${queueSchema}.job
        where name = $1 and state < 'completed' and ($2::uuid is null or id > $2::uuid)
        order by id limit ${count}`,
      [jobQueue, after],
    );
  }

  /** Counts the jobs of the table: pg-boss counts once a minute. */
  async counts(
    database: Queryable,
  ): Promise<{ readonly waiting: number; readonly active: number }> {
    const [row] = await database.query<{ waiting: number; active: number }>(
      `select count(*) filter (where state < 'active')::integer as waiting,
          count(*) filter (where state = 'active')::integer as active
        from ${queueSchema}.job where name = $1 and state < 'completed'`,
      [jobQueue],
    );
    return row ?? { waiting: 0, active: 0 };
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false, close: false });
  }
}

/**
 * The ids that a call of pg-boss changed. Its types leave them out.
 * Source: pg-boss 12.38.0, dist/manager.js, mapCommandResponse.
 */
function settledBy(response: object): readonly string[] {
  if ('settled' in response && Array.isArray(response.settled)) {
    return response.settled;
  }
  throw new Error('pg-boss does not say which jobs it changed');
}

function bossDatabase(queryable: Queryable): {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: object[] }>;
} {
  return {
    executeSql: async (text, values) => ({ rows: await queryable.query(text, values) }),
  };
}
