import type {
  Added,
  CopyReport,
  FleetFilter,
  FleetRow,
  FleetStatus,
  FleetWorld,
  RunSettings,
  ServeSettings,
} from './fleet-data.ts';

export type * from './fleet-data.ts';

/**
 * What `@vmcorekit/fleet` gives to the command `vmcorekit fleet`. Every function opens the database
 * of the world and closes it. They throw what people can read: the database is in use, gone, or of
 * a newer version.
 */
export interface FleetModule {
  /** Adds dumps as they come. One whose files cannot be looked at is refused; others go on. */
  addDumps(
    world: FleetWorld,
    dumps: AsyncIterable<readonly string[]>,
    wanted: { readonly analyzers: readonly string[]; readonly priority: number },
    listener: { readonly refused: (files: readonly string[], error: unknown) => Promise<void> },
  ): Promise<Added>;
  /** Reads dumps until the world's signal, or until there are none left. */
  runFleet(world: FleetWorld, settings: RunSettings): Promise<number>;
  fleetStatus(world: FleetWorld): Promise<FleetStatus>;
  /** The results, the newest first. */
  fleetResults(world: FleetWorld, filter: FleetFilter): AsyncIterable<FleetRow>;
  /** Queues again what has a result that matches; with no condition, failures. Returns how many. */
  retryDumps(world: FleetWorld, filter: FleetFilter): Promise<number>;
  /**
   * Copies all of one database to another: what that does not have yet. The world's database does
   * not count. Compares every row in the end. A copy that was ended goes on when it is called
   * again.
   */
  copyFleet(world: FleetWorld, from: string, to: string): Promise<CopyReport>;
  /** Shows what the database holds as pages, until the world's signal. Changes nothing. */
  serveFleet(world: FleetWorld, settings: ServeSettings): Promise<void>;
}
