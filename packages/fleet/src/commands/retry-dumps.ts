import type { FleetModule } from 'vmcorekit/fleet';
import { conditionsOf } from '../asking/conditions.ts';
import { withFleet } from './with-fleet.ts';

/** See `FleetModule`. */
export const retryDumps: FleetModule['retryDumps'] = (world, filter) =>
  withFleet(world, { isSupervising: false }, (store) => {
    const { text, values } = conditionsOf(filter);
    return Object.keys(filter).length === 0
      ? store.retry("outcome <> 'read'", [])
      : store.retry(text, values);
  });
