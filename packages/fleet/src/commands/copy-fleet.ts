import { existsSync } from 'node:fs';
import { VmcorekitError } from '@vmcorekit/core';
import type { CopiedRows, FleetModule, FleetWorld } from 'vmcorekit/fleet';
import { copiedTables } from '../copying/copied-tables.ts';
import { copyTable, sameTextEverywhere } from '../copying/copy-table.ts';
import type { Queryable } from '../database/database.ts';
import { databaseFolder } from '../database/pglite.ts';
import { parseDatabaseUrl, shownUrl } from '../database/url.ts';
import type { Store } from '../store/store.ts';
import { withFleet } from './with-fleet.ts';

/** Jobs of one statement. */
const pageOfJobs = 1000;
const role = { isSupervising: false };

/** See `FleetModule`. */
export const copyFleet: FleetModule['copyFleet'] = async (world, from, to) => {
  checkSource(world, from, to);
  return await withFleet({ ...world, database: from }, role, (source) =>
    withFleet({ ...world, database: to }, role, (target) =>
      // One snapshot: rows that come meanwhile would refer to rows that were passed.
      source.database.transaction(async (snapshot) => {
        await snapshot.query('set transaction isolation level repeatable read');
        await snapshot.query(sameTextEverywhere);
        const tables: CopiedRows[] = [];
        for (const table of copiedTables) {
          tables.push(await copyTable(table, snapshot, target.database, world.signal));
        }
        await target.database.query(
          `select setval('fleet.place_seen', greatest(
            nextval('fleet.place_seen'), (select max(seen) from fleet.place)))`,
        );
        const waiting = await copyWaiting(source, snapshot, target, world.signal);
        return {
          from: source.database.name,
          to: target.database.name,
          tables,
          waiting,
          isWhole: tables.every(({ missing, different }) => missing + different === 0),
        };
      }),
    ),
  );
};

/** To open an embedded database makes it, and a wrong name would copy nothing. */
function checkSource({ folder }: FleetWorld, from: string, to: string): void {
  const [source, target] = [from, to].map((text) => parseDatabaseUrl(text, folder)) as [
    ReturnType<typeof parseDatabaseUrl>,
    ReturnType<typeof parseDatabaseUrl>,
  ];
  if (shownUrl(source) === shownUrl(target)) {
    const allowed = 'another database than the one to copy';
    throw new VmcorekitError('usage', { what: 'database', got: shownUrl(target), allowed });
  }
  if (source.kind === 'pglite' && !existsSync(databaseFolder(source.folder))) {
    const because = 'there is no database of a fleet';
    throw new VmcorekitError('io', { file: source.folder, because });
  }
}

/** Queues what waits in one database in the other, with its priority. Returns how many wait. */
async function copyWaiting(
  source: Store,
  snapshot: Queryable,
  target: Store,
  signal: AbortSignal,
): Promise<number> {
  let last: string | null = null;
  for (;;) {
    signal.throwIfAborted();
    const jobs = await source.queue.unfinished(snapshot, last, pageOfJobs);
    last = jobs.at(-1)?.id ?? null;
    if (last === null) {
      break;
    }
    await target.database.transaction(async (transaction) => {
      const open = await transaction.query<{ id: string }>(
        `select id from fleet.job job where id = any($1::uuid[])
          and not exists (select from fleet.result result where result.job = job.id)`,
        [jobs.map(({ id }) => id)],
      );
      const ids = new Set(open.map(({ id }) => id));
      await target.queue.enqueue(
        jobs.filter(({ id }) => ids.has(id)),
        transaction,
      );
    });
  }
  await target.database.transaction((transaction) => target.queue.restore(transaction));
  return await target.pendingCount();
}
