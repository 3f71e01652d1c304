import { printable } from '@vmcorekit/core';
import { type OptionSpec, value } from '../arguments/option-spec.ts';
import type { Invocation } from '../command.ts';
import { complain } from '../io.ts';
import { version } from '../version.ts';
import type { FleetWorld } from './fleet-data.ts';

/** `--db URL` of every command of the fleet. */
export const databaseOption: OptionSpec<string | undefined> = value(
  'URL',
  'use this database: pglite:FOLDER or postgres://… (default: VMCOREKIT_FLEET_DB, else your own)',
  (text) => text,
);

/** The outside world for the fleet, out of a command's. */
export function fleetWorld(
  { io, global }: Pick<Invocation, 'io' | 'global'>,
  database: string | undefined,
): FleetWorld {
  return {
    database: database ?? io.env.VMCOREKIT_FLEET_DB,
    env: io.env,
    folder: io.folder,
    signal: io.signal,
    toolVersion: version(),
    remark: (text) => {
      if (!global.quiet) {
        void complain(io, `vmcorekit: ${printable(text.trim())}\n`);
      }
    },
  };
}
