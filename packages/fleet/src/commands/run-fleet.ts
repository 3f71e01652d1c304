import type { FleetModule } from 'vmcorekit/fleet';
import { Coordinator } from '../coordinator/coordinator.ts';
import { Watcher } from '../watch/watcher.ts';
import { withFleet } from './with-fleet.ts';

/** See `FleetModule`. */
export const runFleet: FleetModule['runFleet'] = (world, { onResult, watching, ...settings }) =>
  withFleet(world, { isSupervising: true }, async (store) => {
    const ending = new AbortController();
    const signal = AbortSignal.any([world.signal, ending.signal]);
    const coordinator = new Coordinator(store, {
      ...settings,
      signal,
      remark: world.remark,
      onResult: ({ places: [place] }, { outcome, because, findings }) =>
        onResult({
          files: place?.files ?? [],
          outcome,
          because,
          release: findings?.release ?? null,
        }),
    });
    // Each ends the others: when there is nothing left, and when it fails.
    const end = (): void => ending.abort();
    const others =
      watching === null ? [] : [new Watcher(store, watching, { ...world, signal }).run()];
    const [written, ...ends] = await Promise.allSettled([
      coordinator.run().finally(end),
      ...others.map((other) => other.finally(end)),
    ]);
    for (const each of [written, ...ends]) {
      if (each.status === 'rejected') {
        throw each.reason;
      }
    }
    return written.status === 'fulfilled' ? written.value : 0;
  });
