import {
  type ArchitectureTable,
  type ByteSource,
  type ByteStore,
  CachedSource,
  type CompressorRegistry,
  CountingSource,
  type IndexCache,
  isPlainName,
  MemoryStore,
  type OpenContext,
  type PlacedBytes,
} from '@vmcorekit/core';
import type { ReadCounter } from './read-counter.ts';

/** Opens a file beside another, by its plain name; undefined where there is none. */
export type CompanionOpener = (name: string) => Promise<ByteSource | undefined>;

/** Opens companions, and remembers the names of those that are in use. */
export interface RecordedCompanions {
  readonly open: CompanionOpener;
  /** Those that are open now. One that was refused was closed again. */
  readonly inUse: () => readonly string[];
}

export function recordedCompanions(openCompanion: CompanionOpener | undefined): RecordedCompanions {
  const opened = new Map<RecordedSource, string>();
  const open: CompanionOpener = async (name) => {
    const source = isPlainName(name) ? await openCompanion?.(name) : undefined;
    if (source === undefined) {
      return undefined;
    }
    const recorded = new RecordedSource(source, () => opened.delete(recorded));
    opened.set(recorded, name);
    return recorded;
  };
  return { open, inUse: () => [...opened.values()] };
}

/** A source that reports when it is closed. */
class RecordedSource extends CountingSource {
  readonly #onDispose: () => void;

  constructor(inner: ByteSource, onDispose: () => void) {
    super(inner);
    this.#onDispose = onDispose;
  }

  override [Symbol.dispose](): void {
    this.#onDispose();
    super[Symbol.dispose]();
  }
}

/**
 * A dump of mostly zeros may be compressed a thousandfold (deflate cannot do more); nothing that is
 * compressed further is a dump, unless it is small.
 */
const maxUnpackedRatio = 2048;
const unpackedInAnyCase = 2 ** 30;

/**
 * Blocks of 64 KiB that the cache of the first companion holds. Each later one gets less, so that a
 * thousand of them hold 120 MiB.
 */
const blocksOfFirstCompanion = 256;

/** `OpenContext.maxUnpackedInBytes` for a file of this size, which is no container's content. */
export function maxUnpackedOf(fileSizeInBytes: number): number {
  return Math.max(unpackedInAnyCase, maxUnpackedRatio * fileSizeInBytes);
}

/** What a toolkit provides to everything that is opened with it. */
export interface OpeningServices {
  readonly architectures: ArchitectureTable;
  readonly compressors: CompressorRegistry;
  /** Makes an empty store. Left out, stores lie in memory. */
  readonly openScratch?: () => Promise<ByteStore>;
  /** Keeps indexes of containers. Left out, none is kept. */
  readonly indexCache?: IndexCache;
}

/**
 * The context of one opening. Dispose it only where the opening fails: it closes everything that it
 * gave out.
 */
export class OpeningContext implements OpenContext, Disposable {
  readonly architectures: ArchitectureTable;
  readonly compressors: CompressorRegistry;
  readonly snapshot: Uint8Array | null;
  readonly maxUnpackedInBytes: number;
  readonly placed: readonly PlacedBytes[] | null;
  readonly placedBecause: string | undefined;
  readonly #services: OpeningServices;
  readonly #counter: ReadCounter;
  readonly #openCompanion: CompanionOpener | undefined;
  readonly #given: Disposable[] = [];
  #companions = 0;

  constructor(
    services: OpeningServices,
    counter: ReadCounter,
    openCompanion: CompanionOpener | undefined,
    {
      maxUnpackedInBytes,
      snapshot = null,
      placed = null,
      placedBecause,
    }: {
      readonly maxUnpackedInBytes: number;
      readonly snapshot?: Uint8Array | null;
      readonly placed?: readonly PlacedBytes[] | null;
      readonly placedBecause?: string | undefined;
    },
  ) {
    this.architectures = services.architectures;
    this.compressors = services.compressors;
    this.maxUnpackedInBytes = maxUnpackedInBytes;
    this.snapshot = snapshot;
    this.placed = placed;
    this.placedBecause = placedBecause;
    this.#services = services;
    this.#counter = counter;
    this.#openCompanion = openCompanion;
  }

  // Bound, because a plug-in may take them out of the context, as in `open(files, { companion })`.
  readonly companion = async (name: string): Promise<ByteSource | undefined> => {
    const source = await this.#openCompanion?.(name);
    if (source === undefined) {
      return undefined;
    }
    this.#companions += 1;
    const blocks = Math.ceil(blocksOfFirstCompanion / this.#companions);
    return this.#give(new CachedSource(this.#counter.counted(source), undefined, blocks));
  };

  readonly scratch = async (): Promise<ByteStore> =>
    this.#give((await this.#services.openScratch?.()) ?? new MemoryStore());

  [Symbol.dispose](): void {
    for (const given of this.#given) {
      given[Symbol.dispose]();
    }
  }

  #give<Given extends Disposable>(given: Given): Given {
    this.#given.push(given);
    return given;
  }
}
