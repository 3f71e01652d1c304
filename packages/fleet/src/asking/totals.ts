import type { Queryable } from '../database/database.ts';

/** Counts of everything. */
export interface Totals {
  readonly dumps: number;
  readonly signatures: number;
  /** By outcome. */
  readonly results: Readonly<Record<string, number>>;
  readonly resultsOfLastHour: Readonly<Record<string, number>>;
  /** Null where there is none. */
  readonly newestResultAgeInSeconds: number | null;
  /** What a dump took on average in the last hour; null where none was read. */
  readonly readingInSeconds: number | null;
}

interface OutcomeRow {
  readonly outcome: string;
  readonly count: number;
  readonly last: number;
}

/** Counts by the database's clock. */
export async function totalsOf(database: Queryable): Promise<Totals> {
  const [row] = await database.query<Omit<Totals, 'results' | 'resultsOfLastHour'>>(
    `select (select count(*) from fleet.dump)::float8 as dumps,
      count(distinct signature)::float8 as signatures,
      extract(epoch from now() - max(finished_at))::float8 as "newestResultAgeInSeconds",
      (avg(milliseconds) filter (where ${isRecent}) / 1000)::float8 as "readingInSeconds"
    from fleet.result`,
  );
  const rows = await database.query<OutcomeRow>(
    `select outcome, count(*)::float8 as count, count(*) filter (where ${isRecent})::float8 as last
      from fleet.result group by outcome order by count(*) desc, outcome`,
  );
  if (row === undefined) {
    throw new Error('the database counts no rows');
  }
  return {
    ...row,
    results: Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count])),
    resultsOfLastHour: Object.fromEntries(rows.map(({ outcome, last }) => [outcome, last])),
  };
}

const isRecent = "finished_at >= now() - interval '1 hour'";
