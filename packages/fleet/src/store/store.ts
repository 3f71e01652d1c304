import type { Database, Queryable } from '../database/database.ts';
import type { KnownDump } from '../identity/recognize.ts';
import { jobIdOf } from '../queue/job-id.ts';
import type { Queue, QueuedJob } from '../queue/queue.ts';
import type { Findings, Outcome } from './outcome.ts';
import type { Place } from './place.ts';
import { storable } from './storable.ts';

/** What a job is to do. */
export interface JobFacts {
  readonly id: string;
  readonly dump: string;
  /** SHA-256 of every byte of it; null if it is not known. */
  readonly whole: string | null;
  readonly analyzers: readonly string[];
  readonly toolVersion: string;
  /** Newest first. */
  readonly places: readonly Place[];
}

/** The end of a job. */
export interface Result {
  readonly outcome: Outcome;
  /** Why there are no findings, or not all; null for a dump that was read. */
  readonly because: string | null;
  readonly milliseconds: number | null;
  readonly findings: Findings | null;
}

/** A dump that was found somewhere. */
export interface NewDump {
  readonly identity: string;
  readonly sizeInBytes: number;
  /** SHA-256 of every byte, where it was needed; else null. */
  readonly whole: string | null;
  readonly place: Place;
}

export interface Wanted {
  readonly analyzers: readonly string[];
  readonly toolVersion: string;
  readonly priority: number;
}

export interface Added {
  /** Jobs that the queue did not have yet. */
  readonly jobs: number;
  /** Dumps that were not known yet. */
  readonly dumps: number;
}

/** A dump that ends its reader this often is a result. */
const maxCrashes = 2;
/** The same, where something else killed the reader: the dump may be innocent. */
const maxKills = 5;

/** What is known of dumps: where they are, what is to do with them, and what came of it. */
export class Store {
  readonly database: Database;
  readonly queue: Queue;

  constructor(database: Database, queue: Queue) {
    this.database = database;
    this.queue = queue;
  }

  /**
   * Adds dumps and their jobs, all or none. What is known already is left as it is; its new places
   * count.
   */
  async add(
    dumps: readonly NewDump[],
    { analyzers, toolVersion, priority }: Wanted,
  ): Promise<Added> {
    return await this.database.transaction(async (transaction) => {
      const sorted = [...new Set(analyzers)].sort();
      // In one order, so that two processes that add the same dumps wait and do not lock up.
      const ordered = [...dumps].sort((a, b) => (a.identity < b.identity ? -1 : 1));
      let dumpCount = 0;
      const jobs: string[] = [];
      for (const { identity, sizeInBytes, whole, place } of ordered) {
        const isNew = await transaction.query(
          `insert into fleet.dump (identity, size_in_bytes, whole) values ($1, $2, $3)
            on conflict do nothing returning identity`,
          [identity, sizeInBytes, whole],
        );
        dumpCount += isNew.length;
        await transaction.query(
          `insert into fleet.place (dump, files, stamp) values ($1, $2, $3)
            on conflict (files, dump) do update set stamp = excluded.stamp, seen = nextval('fleet.place_seen')`,
          [identity, place.files, place.stamp],
        );
        const id = jobIdOf(identity, sorted, toolVersion);
        const added = await transaction.query<{ id: string }>(
          `insert into fleet.job (id, dump, analyzers, tool_version, priority)
            values ($1, $2, $3, $4, $5) on conflict do nothing returning id`,
          [id, identity, sorted, toolVersion, priority],
        );
        jobs.push(...added.map((row) => row.id));
      }
      if (jobs.length > 0) {
        await this.queue.enqueue(
          jobs.map((id) => ({ id, priority })),
          transaction,
        );
        await transaction.query('notify fleet_added');
      }
      return { jobs: jobs.length, dumps: dumpCount };
    });
  }

  /** The dump that was seen at a place, if nothing changed its files since. */
  async dumpAt({
    files,
    stamp,
  }: Place): Promise<Pick<NewDump, 'identity' | 'sizeInBytes'> | undefined> {
    const [row] = await this.database.query<{ identity: string; sizeInBytes: number }>(
      `select identity, size_in_bytes::float8 as "sizeInBytes"
        from fleet.place place join fleet.dump dump on dump.identity = place.dump
        where files = $1 and stamp = $2 order by seen desc limit 1`,
      [files, stamp],
    );
    return row;
  }

  /** What is known of a dump; undefined if nothing is. */
  async known(dump: string): Promise<KnownDump | undefined> {
    const [row] = await this.database.query<KnownDump>(
      `select whole, ${placesOf('dump.identity')} as places
        from fleet.dump dump where identity = $1`,
      [dump],
    );
    return row;
  }

  /** Keeps the SHA-256 of every byte of a dump. */
  async learnWhole(dump: string, whole: string): Promise<void> {
    await this.database.query('update fleet.dump set whole = $2 where identity = $1', [
      dump,
      whole,
    ]);
  }

  /** What these jobs are to do, in the order given. Unknown ones are left out. */
  async jobsOf(ids: readonly string[]): Promise<JobFacts[]> {
    const rows = await this.database.query<JobRow>(
      `select job.id, job.dump, dump.whole, job.analyzers, job.tool_version,
          ${placesOf('job.dump')} as places
        from fleet.job job join fleet.dump dump on dump.identity = job.dump
        where job.id = any($1::uuid[])`,
      [ids],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id) => {
      const row = byId.get(id);
      return row === undefined
        ? []
        : [
            {
              id,
              dump: row.dump,
              whole: row.whole,
              analyzers: row.analyzers,
              toolVersion: row.tool_version,
              places: row.places,
            },
          ];
    });
  }

  /** Counts that a reader died of a job's dump. True if it gets no other chance. */
  async countDeath(
    job: string,
    { isByOthers }: { readonly isByOthers: boolean },
    transaction: Queryable,
  ): Promise<boolean> {
    const [row] = await transaction.query<{ crashes: number; kills: number }>(
      `update fleet.job set crashes = crashes + $2, kills = kills + $3 where id = $1
        returning crashes, kills`,
      [job, isByOthers ? 0 : 1, isByOthers ? 1 : 0],
    );
    return row === undefined || row.crashes >= maxCrashes || row.kills >= maxKills;
  }

  /** Writes the result of a job, unless it has one. */
  async write(job: JobFacts, result: Result, transaction: Queryable): Promise<void> {
    const { findings } = result;
    await transaction.query(
      `insert into fleet.result (
          job, dump, outcome, because, tool_version, milliseconds, release, build_id, architecture,
          confidence, signature, signature_text, panic, taint, dumped_at, damage, modules, report
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
          $18::text::jsonb)
        on conflict (job) do nothing`,
      [
        job.id,
        job.dump,
        result.outcome,
        storable(result.because),
        job.toolVersion,
        result.milliseconds,
        storable(findings?.release ?? null),
        storable(findings?.buildId ?? null),
        storable(findings?.architecture ?? null),
        findings?.confidence ?? null,
        storable(findings?.signature ?? null),
        storable(findings?.signatureText ?? null),
        storable(findings?.panic ?? null),
        storable(findings?.taint ?? null),
        findings?.dumpedAt ?? null,
        findings?.damage.map((name) => storable(name)) ?? [],
        findings?.modules.map((name) => storable(name)) ?? [],
        JSON.stringify(storable(findings?.report ?? {})),
      ],
    );
  }

  /**
   * Removes results, and queues their jobs again, with their priorities. `condition` is SQL about
   * `result`, with its values. Returns how many.
   */
  async retry(condition: string, values: readonly unknown[]): Promise<number> {
    return await this.database.transaction(async (transaction) => {
      const rows = await transaction.query<{ job: string }>(
        `delete from fleet.result result where ${condition} returning job`,
        values,
      );
      const ids = rows.map(({ job }) => job);
      if (ids.length > 0) {
        const again = await transaction.query<QueuedJob>(
          `update fleet.job set crashes = 0, kills = 0 where id = any($1::uuid[])
            returning id, priority`,
          [ids],
        );
        await this.queue.forget(ids, transaction);
        await this.queue.enqueue(again, transaction);
        await transaction.query('notify fleet_added');
      }
      return ids.length;
    });
  }

  /** How many jobs have no result yet. */
  async pendingCount(): Promise<number> {
    const [row] = await this.database.query<{ pending: number }>(
      `select ((select count(*) from fleet.job) - (select count(*) from fleet.result))::integer
        as pending`,
    );
    return row?.pending ?? 0;
  }
}

/** SQL of a list of places, the newest first. */
function placesOf(dump: string): string {
  return `coalesce((
    select json_agg(json_build_object('files', files, 'stamp', stamp) order by seen desc)
      from fleet.place place where place.dump = ${dump}
  ), '[]')`;
}

interface JobRow {
  readonly id: string;
  readonly dump: string;
  readonly whole: string | null;
  readonly analyzers: string[];
  readonly tool_version: string;
  readonly places: Place[];
}
