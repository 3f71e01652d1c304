import type { FleetModule } from 'vmcorekit/fleet';
import { watchStatusOf } from '../asking/watch-status.ts';
import { hookStatusOf } from '../hooks/hook-status.ts';
import { withFleet } from './with-fleet.ts';

/** See `FleetModule`. */
export const fleetStatus: FleetModule['fleetStatus'] = (world) =>
  withFleet(world, { isSupervising: false }, async ({ database, queue }) => {
    const [counts] = await database.query<{ dumps: number; jobs: number }>(
      `select (select count(*) from fleet.dump)::integer as dumps,
        (select count(*) from fleet.job)::integer as jobs`,
    );
    const rows = await database.query<{ outcome: string; count: number }>(
      `select outcome, count(*)::integer as count from fleet.result
        group by outcome order by count(*) desc, outcome`,
    );
    return {
      database: database.name,
      dumps: counts?.dumps ?? 0,
      jobs: counts?.jobs ?? 0,
      ...(await queue.counts(database)),
      results: Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count])),
      hooks: await hookStatusOf(database),
      watched: await watchStatusOf(database),
    };
  });
