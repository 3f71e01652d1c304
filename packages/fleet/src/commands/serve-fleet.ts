import { once } from 'node:events';
import type { FleetModule } from 'vmcorekit/fleet';
import { PageServer } from '../serving/page-server.ts';
import { withFleet } from './with-fleet.ts';

/** See `FleetModule`. */
export const serveFleet: FleetModule['serveFleet'] = (world, settings) =>
  withFleet(world, { isSupervising: false }, async ({ database }) => {
    const server = await PageServer.start(database, settings, world.remark);
    if (!world.signal.aborted) {
      await once(world.signal, 'abort');
    }
    await server.stop();
  });
