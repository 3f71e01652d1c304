import type { FleetModule } from 'vmcorekit/fleet';
import { Coordinator } from '../coordinator/coordinator.ts';
import { withFleet } from './with-fleet.ts';

/** See `FleetModule`. */
export const runFleet: FleetModule['runFleet'] = (world, { onResult, ...settings }) =>
  withFleet(world, { isSupervising: true }, (store) =>
    new Coordinator(store, {
      ...settings,
      signal: world.signal,
      remark: world.remark,
      onResult: ({ places: [place] }, { outcome, because, findings }) =>
        onResult({
          files: place?.files ?? [],
          outcome,
          because,
          release: findings?.release ?? null,
        }),
    }).run(),
  );
