import { resolve } from 'node:path';
import { isVmcorekitError, systemReason, VmcorekitError } from '@vmcorekit/core';
import type { Added, FleetModule, FleetWorld } from 'vmcorekit/fleet';
import { identify } from '../identity/identity.ts';
import { recognize } from '../identity/recognize.ts';
import { stampOf } from '../identity/stamp.ts';
import type { NewDump, Store, Wanted } from '../store/store.ts';
import { withFleet } from './with-fleet.ts';

/** Dumps of one transaction. */
const batch = 100;

/** See `FleetModule`. */
export const addDumps: FleetModule['addDumps'] = (world, dumps, wanted, listener) =>
  withFleet(world, { isSupervising: false }, (store) =>
    addTo(store, world, dumps, wanted, listener),
  );

/** The same for a database that is open. Rejects on the signal. */
export async function addTo(
  store: Store,
  { folder, signal, toolVersion }: Pick<FleetWorld, 'folder' | 'signal' | 'toolVersion'>,
  dumps: Parameters<FleetModule['addDumps']>[1],
  wanted: Parameters<FleetModule['addDumps']>[2],
  { refused }: Parameters<FleetModule['addDumps']>[3],
): Promise<Added> {
  const adding = new Adding(store, { ...wanted, toolVersion });
  for await (const named of dumps) {
    signal.throwIfAborted();
    try {
      await adding.add(named.map((file) => resolve(folder, file)));
    } catch (error) {
      if (!isOfFiles(error)) {
        throw error;
      }
      const [file = ''] = named;
      await refused(named, new VmcorekitError('io', { file, because: systemReason(error) }));
    }
  }
  await adding.flush();
  return adding.sum;
}

/** Whether the operating system refused a file; errors of the database are not about one. */
function isOfFiles(error: unknown): boolean {
  return isVmcorekitError(error, 'io') || (error instanceof Error && 'syscall' in error);
}

/** Dumps on their way into the store, many in a transaction. */
class Adding {
  sum: Added = { seen: 0, dumps: 0, jobs: 0 };
  readonly #store: Store;
  readonly #wanted: Wanted;
  #waiting: NewDump[] = [];

  constructor(store: Store, wanted: Wanted) {
    this.#store = store;
    this.#wanted = wanted;
  }

  async add(files: readonly string[]): Promise<void> {
    // The list may be another after the wait.
    const dump = await this.#newDump(files);
    this.#waiting.push(dump);
    if (this.#waiting.length === batch) {
      await this.flush();
    }
  }

  async flush(): Promise<void> {
    const added = await this.#store.add(this.#waiting, this.#wanted);
    this.sum = {
      seen: this.sum.seen + this.#waiting.length,
      dumps: this.sum.dumps + added.dumps,
      jobs: this.sum.jobs + added.jobs,
    };
    this.#waiting = [];
  }

  async #newDump(files: readonly string[]): Promise<NewDump> {
    const place = { files, stamp: await stampOf(files) };
    const seen = await this.#store.dumpAt(place);
    if (seen !== undefined) {
      return { ...seen, whole: null, place };
    }
    const sampled = await identify(files);
    if (this.#waiting.some(({ identity }) => identity === sampled.digest)) {
      await this.flush();
    }
    const known = await this.#store.known(sampled.digest);
    const { identity, whole, wholeOfKnown } = await recognize(files, sampled, known);
    if (known?.whole === null && wholeOfKnown !== null) {
      await this.#store.learnWhole(sampled.digest, wholeOfKnown);
    }
    return { identity, whole, sizeInBytes: sampled.sizeInBytes, place };
  }
}
