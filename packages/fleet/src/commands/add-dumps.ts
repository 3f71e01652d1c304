import { resolve } from 'node:path';
import { systemReason, VmcorekitError } from '@vmcorekit/core';
import type { Added, FleetModule } from 'vmcorekit/fleet';
import { identify } from '../identity/identity.ts';
import { stampOf } from '../identity/stamp.ts';
import type { NewDump } from '../store/store.ts';
import { withFleet } from './with-fleet.ts';

/** Dumps of one transaction. */
const batch = 100;

/** See `FleetModule`. */
export const addDumps: FleetModule['addDumps'] = (world, dumps, wanted, { refused }) =>
  withFleet(world, { isSupervising: false }, async (store) => {
    let sum: Added = { seen: 0, dumps: 0, jobs: 0 };
    let waiting: NewDump[] = [];
    const flush = async (): Promise<void> => {
      const added = await store.add(waiting, { ...wanted, toolVersion: world.toolVersion });
      sum = {
        seen: sum.seen + waiting.length,
        dumps: sum.dumps + added.dumps,
        jobs: sum.jobs + added.jobs,
      };
      waiting = [];
    };
    for await (const named of dumps) {
      world.signal.throwIfAborted();
      try {
        waiting.push(await newDump(named.map((file) => resolve(world.folder, file))));
      } catch (error) {
        await refused(named, error);
      }
      if (waiting.length === batch) {
        await flush();
      }
    }
    await flush();
    return sum;
  });

/** A dump at its files. Throws `io`. */
export async function newDump(files: readonly string[]): Promise<NewDump> {
  try {
    const stamp = await stampOf(files);
    return { identity: await identify(files), place: { files, stamp } };
  } catch (error) {
    const [file = ''] = files;
    throw new VmcorekitError('io', { file, because: systemReason(error) });
  }
}
