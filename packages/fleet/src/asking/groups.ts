import type { Queryable } from '../database/database.ts';
import { isoTime } from './iso-time.ts';

/** Dumps whose crash has one signature. Times are those of their results, as ISO 8601. */
export interface Group {
  readonly signature: string;
  /** What the signature was made of. */
  readonly signatureText: string | null;
  /** The message of the newest one. */
  readonly panic: string | null;
  readonly dumps: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Dumps of the last 7 days, and of the 7 days before. */
  readonly thisWeek: number;
  readonly weekBefore: number;
  /** The releases of kernels, at most five. */
  readonly releases: readonly string[];
}

/** Where a page of groups ended. */
export interface GroupKey {
  readonly dumps: number;
  readonly signature: string;
}

export interface GroupQuestion {
  /** Only those first seen in the last 7 days. */
  readonly isNew: boolean;
  /** Only those after this one. */
  readonly after: GroupKey | undefined;
  readonly limit: number;
}

const shownReleases = 5;

/** The groups, the largest first. */
export async function groupsOf(
  database: Queryable,
  { isNew, after, limit }: GroupQuestion,
): Promise<Group[]> {
  const values: unknown[] = [limit];
  const conditions = isNew ? [`min(finished_at) >= now() - interval '7 days'`] : [];
  if (after !== undefined) {
    values.push(after.dumps, after.signature);
    conditions.push('(count(distinct dump), signature) < ($2::bigint, $3::text)');
  }
  return await database
    .query<Group>(
      `select signature, (array_agg(signature_text order by number desc))[1] as "signatureText",
      (array_agg(panic order by number desc))[1] as panic,
      count(distinct dump)::float8 as dumps,
      ${isoTime('min(finished_at)')} as "firstSeen", ${isoTime('max(finished_at)')} as "lastSeen",
      count(distinct dump) filter (where finished_at >= now() - interval '7 days')::float8
        as "thisWeek",
      count(distinct dump) filter (where finished_at < now() - interval '7 days'
        and finished_at >= now() - interval '14 days')::float8 as "weekBefore",
      (array_agg(distinct release) filter (where release is not null))[1:${shownReleases}]
        as releases
    from fleet.result where signature is not null group by signature
    having ${conditions.join(' and ') || 'true'}
    order by count(distinct dump) desc, signature desc limit $1`,
      values,
    )
    .then((rows) => rows.map((row) => ({ ...row, releases: row.releases ?? [] })));
}
