import type { FleetModule } from 'vmcorekit/fleet';
import { resultsOf } from '../asking/results.ts';
import { openFleet } from './with-fleet.ts';

/** See `FleetModule`. */
export const fleetResults: FleetModule['fleetResults'] = async function* (world, filter) {
  await using fleet = await openFleet(world, { isSupervising: false });
  yield* resultsOf(fleet.store.database, filter);
};
