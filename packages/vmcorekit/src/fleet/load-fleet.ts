import { importModule } from '@vmcorekit/config/import-module';
import { UsageError } from '../arguments/usage-error.ts';
import type { FleetModule } from './fleet-module.ts';

/** Source: pg-boss 12.38.0, package.json, engines. */
const leastNode = [22, 12] as const;

/**
 * Loads `@vmcorekit/fleet`, an optional package, from where vmcorekit is installed. Throws
 * `UsageError` if it is not there, or if Node is too old for it.
 */
export async function loadFleet(nodeVersion: string = process.versions.node): Promise<FleetModule> {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  if (major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1])) {
    throw new UsageError(
      `vmcorekit fleet needs Node ${leastNode.join('.')} or newer, and this is Node ` +
        `${nodeVersion}: run vmcorekit with a newer Node (https://nodejs.org)`,
    );
  }
  const { fleet } = await importModule(fleetUrl());
  return fleet as FleetModule;
}

/** No import names the package: it rests on this one, so this build cannot read its types. */
function fleetUrl(): string {
  try {
    return import.meta.resolve('@vmcorekit/fleet');
  } catch (error) {
    throw new UsageError(
      'vmcorekit fleet needs the package @vmcorekit/fleet beside vmcorekit: ' +
        'npm install --global @vmcorekit/fleet (or without --global, as vmcorekit is installed)',
      { cause: error },
    );
  }
}
