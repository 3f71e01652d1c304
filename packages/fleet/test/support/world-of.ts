import type { FleetWorld } from 'vmcorekit/fleet';

/** The outside world of a test; remarks go to the list. */
export function worldOf(database: string, folder: string, remarks: string[] = []): FleetWorld {
  return {
    database,
    env: {},
    folder,
    signal: new AbortController().signal,
    toolVersion: '1.0.0',
    remark: (text) => void remarks.push(text),
  };
}
