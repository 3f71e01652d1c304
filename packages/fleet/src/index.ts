import type { FleetModule } from 'vmcorekit/fleet';
import { addDumps } from './commands/add-dumps.ts';
import { copyFleet } from './commands/copy-fleet.ts';
import { fleetResults } from './commands/fleet-results.ts';
import { fleetStatus } from './commands/fleet-status.ts';
import { retryDumps } from './commands/retry-dumps.ts';
import { runFleet } from './commands/run-fleet.ts';
import { serveFleet } from './commands/serve-fleet.ts';

export { resultsOf } from './asking/results.ts';
export { Coordinator, type CoordinatorOptions } from './coordinator/coordinator.ts';
export type { Database, Queryable } from './database/database.ts';
export { openDatabase } from './database/open-database.ts';
export { type DatabaseUrl, defaultDatabase, parseDatabaseUrl, shownUrl } from './database/url.ts';
export { type DumpIdentity, identify } from './identity/identity.ts';
export { stampOf } from './identity/stamp.ts';
export { Queue, type QueueOptions } from './queue/queue.ts';
export { type Findings, type Outcome, outcomes } from './store/outcome.ts';
export type { Place } from './store/place.ts';
export {
  type Added,
  type JobFacts,
  type NewDump,
  type Result,
  Store,
} from './store/store.ts';
export { Watcher } from './watch/watcher.ts';

/** What the command `vmcorekit fleet` runs. */
export const fleet: FleetModule = {
  addDumps,
  runFleet,
  fleetStatus,
  fleetResults,
  retryDumps,
  copyFleet,
  serveFleet,
};
