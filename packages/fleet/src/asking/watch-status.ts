import type { WatchStatus } from 'vmcorekit/fleet';
import type { Queryable } from '../database/database.ts';
import { isoTime } from './iso-time.ts';

/** What the last looks at each watched place saw. */
export async function watchStatusOf(database: Queryable): Promise<WatchStatus[]> {
  return await database.query<WatchStatus>(
    `select place, ${isoTime('looked_at')} as "lookedAt", because,
        count(path)::float8 as files,
        (count(path) filter (where not is_settled))::float8 as unsettled
      from fleet.watched left join fleet.sighting using (place)
      group by watched.place order by place`,
  );
}
