import type { FleetWorld } from 'vmcorekit/fleet';
import { isPassing } from '../database/lost-connection.ts';
import { asDatabaseError, openDatabase } from '../database/open-database.ts';
import { defaultDatabase, parseDatabaseUrl } from '../database/url.ts';
import { Queue } from '../queue/queue.ts';
import { Store } from '../store/store.ts';

/** What a command is for the queue: `run` also looks for the jobs of dead processes. */
export interface FleetRole {
  readonly isSupervising: boolean;
}

export interface OpenFleet extends AsyncDisposable {
  readonly store: Store;
}

/** Opens the database of a command. */
export async function openFleet(
  world: FleetWorld,
  { isSupervising }: FleetRole,
): Promise<OpenFleet> {
  const url =
    world.database === undefined
      ? defaultDatabase(world.env)
      : parseDatabaseUrl(world.database, world.folder);
  const database = await openDatabase(url, world.remark);
  try {
    const queue = await Queue.open(database, world.remark, { isSupervising });
    return {
      store: new Store(database, queue),
      async [Symbol.asyncDispose]() {
        await queue.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Opens the database of a command, and closes it after `work`. */
export async function withFleet<Result>(
  world: FleetWorld,
  role: FleetRole,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  await using fleet = await openFleet(world, role);
  try {
    return await work(fleet.store);
  } catch (error) {
    throw isPassing(error) ? asDatabaseError(fleet.store.database.name, error) : error;
  }
}
