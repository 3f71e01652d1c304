import type { HookStatus } from 'vmcorekit/fleet';
import type { Queryable } from '../database/database.ts';

/** What each hook got, and what it is still to get. */
export async function hookStatusOf(database: Queryable): Promise<HookStatus[]> {
  return await database.query<HookStatus>(
    `select name, sent::float8 as sent,
        (count(job) filter (where not is_failed))::float8 as waiting,
        (count(job) filter (where is_failed))::float8 as failed,
        max(because) as because
      from fleet.hook left join fleet.hand_over on hook = id
      group by id order by name, id`,
  );
}
