import type { FleetFilter, FleetRow } from 'vmcorekit/fleet';
import type { Queryable } from '../database/database.ts';
import { conditionsOf } from './conditions.ts';
import { isoTime } from './iso-time.ts';

/** Rows of one question to the database. */
const pageOfRows = 500;

/** The results that a filter chooses, the newest first. Holds a page of them at a time. */
export async function* resultsOf(
  database: Queryable,
  filter: FleetFilter,
): AsyncGenerator<FleetRow, void, void> {
  const { withReport = false } = filter;
  let { limit = Number.POSITIVE_INFINITY, before } = filter;
  while (limit > 0) {
    const { text, values } = conditionsOf({
      ...filter,
      ...(before === undefined ? {} : { before }),
    });
    const size = Math.min(limit, pageOfRows);
    const rows = await database.query<FleetRow>(
      `select ${columns}${withReport ? ', report' : ''}
        from fleet.result result join fleet.dump dump on dump.identity = result.dump
        where ${text} order by result.number desc limit ${size}`,
      values,
    );
    yield* rows;
    before = rows.at(-1)?.number;
    limit = rows.length < size ? 0 : limit - rows.length;
  }
}

/** The fields of a `FleetRow`. Numbers are double precision: drivers give bigint as text. */
const columns = `result.number::float8 as "number", result.dump,
  coalesce((select files from fleet.place place where place.dump = result.dump
    order by seen desc limit 1), '{}') as files,
  dump.size_in_bytes::float8 as "sizeInBytes", outcome, because,
  ${isoTime('finished_at')} as "finishedAt",
  milliseconds, tool_version as "toolVersion", release, build_id as "buildId", architecture,
  confidence, signature, signature_text as "signatureText", panic, taint,
  ${isoTime('dumped_at')} as "dumpedAt", damage, modules`;
