import { isVmcorekitError } from '@vmcorekit/core';
import type { FleetWorld, WatchedFile, WatchedPlace, Watching } from 'vmcorekit/fleet';
import { sentenceOf } from '../analysis/sentence.ts';
import { addTo } from '../commands/add-dumps.ts';
import { persistently } from '../coordinator/persistently.ts';
import { sleep } from '../coordinator/sleep.ts';
import type { Store } from '../store/store.ts';
import { type SettledFile, Sightings } from './sightings.ts';

/*
 * A look at a place stores the stamp of every file it meets. Files whose stamps were the same at an
 * earlier look are settled, and are taken folder by folder: those that are dumps become jobs. What
 * was seen lies in the database, so a look at a million files holds a page of them. Another look
 * begins a while after the last one ended. Nothing waits for events: NFS sends none.
 */

/** Files of one statement. */
const pageOfFiles = 500;
/** Where the parts of a split dump are looked for. */
const maxFilesOfFolder = 10_000;
/** An index of PostgreSQL takes no longer entry than 2704 bytes. */
const maxPathInBytes = 1024;

/** Looks at places, and queues the dumps that arrive there. */
export class Watcher {
  readonly #store: Store;
  readonly #watching: Watching;
  readonly #world: FleetWorld;
  /** The last remark about each place, which is not repeated. */
  readonly #said = new Map<string, string>();

  constructor(store: Store, watching: Watching, world: FleetWorld) {
    this.#store = store;
    this.#watching = watching;
    this.#world = world;
  }

  /** Looks again and again until the signal. Rejects with errors of the database that stay. */
  async run(): Promise<void> {
    const { signal, remark } = this.#world;
    while (!signal.aborted) {
      for (const place of this.#watching.places) {
        try {
          await persistently(() => this.look(place), signal, remark);
        } catch (error) {
          if (!signal.aborted) {
            throw error;
          }
        }
      }
      await sleep(this.#watching.everyMilliseconds, signal);
    }
  }

  /** Looks once at a place, and queues what has settled. Returns how many jobs are new. */
  async look(place: WatchedPlace): Promise<number> {
    const { everyMilliseconds } = this.#watching;
    const sightings = new Sightings(this.#store.database, place.name);
    const look = await sightings.begin(everyMilliseconds);
    if (look === undefined) {
      return 0;
    }
    let because: string | null = null;
    let page: WatchedFile[] = [];
    const flush = async (): Promise<void> => {
      await sightings.note(page, look, everyMilliseconds);
      page = [];
    };
    const files = place.files((reason) => {
      because ??= reason;
    });
    for await (const file of files) {
      this.#world.signal.throwIfAborted();
      if (Buffer.byteLength(file.path) > maxPathInBytes) {
        because ??= `${file.path.slice(0, 80)}…: the path is longer than ${maxPathInBytes} bytes`;
        continue;
      }
      page.push(file);
      if (page.length === pageOfFiles) {
        await flush();
      }
    }
    await flush();
    await sightings.end(look, because);
    this.#remarkOnce(place.name, because);
    return await this.#take(place, sightings);
  }

  async #take(place: WatchedPlace, sightings: Sightings): Promise<number> {
    let jobs = 0;
    let folder = await sightings.folderAfter('');
    for (; folder !== undefined; folder = await sightings.folderAfter(folder)) {
      let after = '';
      for (;;) {
        const files = await sightings.settledIn(folder, after, pageOfFiles);
        const last = files.at(-1);
        if (last === undefined) {
          break;
        }
        after = last.path;
        jobs += await this.#takeFiles(place, sightings, folder, files);
      }
    }
    return jobs;
  }

  async #takeFiles(
    place: WatchedPlace,
    sightings: Sightings,
    folder: string,
    files: readonly SettledFile[],
  ): Promise<number> {
    const still: SettledFile[] = [];
    for (const file of files) {
      this.#world.signal.throwIfAborted();
      if ((await place.freshStamp(file.path)) === file.stamp) {
        still.push(file);
      }
    }
    const waiting = new Set<string>();
    const added = await addTo(
      this.#store,
      this.#world,
      this.#dumpsOf(sightings, folder, still, waiting),
      { analyzers: [], priority: 0 },
      {
        refused: async ([file = ''], error) => {
          if (!isVmcorekitError(error)) {
            throw error;
          }
          // It is tried again at the next look.
          waiting.add(file);
          this.#remarkOnce(file, sentenceOf(error));
        },
      },
    );
    await sightings.finish(still.filter(({ path }) => !waiting.has(path)));
    return added.jobs;
  }

  /** The dumps among files. `waiting` gets the files that a later look is to take. */
  async *#dumpsOf(
    sightings: Sightings,
    folder: string,
    files: readonly SettledFile[],
    waiting: Set<string>,
  ): AsyncGenerator<readonly string[], void, void> {
    const { dumpsAmong } = this.#watching;
    const parts = new Set<string>();
    for await (const dump of dumpsAmong(files.map(({ path }) => path))) {
      if (dump.isSplit) {
        for (const file of dump.files) {
          parts.add(file);
        }
      } else {
        yield dump.files;
      }
    }
    if (parts.size === 0) {
      return;
    }
    // Other parts may be older, or still grow.
    const all = await sightings.allIn(folder, maxFilesOfFolder);
    if (!all.every(({ isSettled }) => isSettled)) {
      for (const part of parts) {
        waiting.add(part);
      }
      return;
    }
    for await (const dump of dumpsAmong(all.map(({ path }) => path))) {
      if (dump.isSplit && dump.files.some((file) => parts.has(file))) {
        yield dump.files;
      }
    }
  }

  #remarkOnce(about: string, text: string | null): void {
    if (text === null) {
      this.#said.delete(about);
    } else if (this.#said.get(about) !== text) {
      this.#said.set(about, text);
      this.#world.remark(`${about}: ${text}`);
    }
  }
}
