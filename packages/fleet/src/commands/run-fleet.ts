import type { FleetModule } from 'vmcorekit/fleet';
import { Coordinator } from '../coordinator/coordinator.ts';
import { hookOf } from '../hooks/hook.ts';
import { Sender } from '../hooks/sender.ts';
import { PageServer } from '../serving/page-server.ts';
import { Watcher } from '../watch/watcher.ts';
import { withFleet } from './with-fleet.ts';

/** See `FleetModule`. */
export const runFleet: FleetModule['runFleet'] = (
  world,
  { onResult, watching, hooks: hookTexts, serve, ...settings },
) =>
  withFleet(world, { isSupervising: true }, async (store) => {
    const secret = world.env.VMCOREKIT_FLEET_HOOK_SECRET;
    const hooks = hookTexts.map((text) => hookOf(text, secret));
    const sender = new Sender(store.database, hooks, world.remark);
    await sender.register();
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
    const server =
      serve === undefined ? undefined : await PageServer.start(store.database, serve, world.remark);
    try {
      // Each ends the others: when there is nothing left, and when it fails.
      const end = (): void => ending.abort();
      const others = [
        ...(watching === null ? [] : [new Watcher(store, watching, { ...world, signal }).run()]),
        ...(hooks.length === 0 ? [] : [sender.run(signal)]),
      ];
      const [written, ...ends] = await Promise.allSettled([
        coordinator.run().finally(end),
        ...others.map((other) => other.finally(end)),
      ]);
      for (const each of [written, ...ends]) {
        if (each.status === 'rejected') {
          throw each.reason;
        }
      }
      // What became due since the sender looked last.
      await sender.sendDue(world.signal);
      return written.status === 'fulfilled' ? written.value : 0;
    } finally {
      await server?.stop();
    }
  });
