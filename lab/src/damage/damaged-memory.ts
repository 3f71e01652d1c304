import {
  BasePhysicalMemory,
  type Dump,
  imageWith,
  type PageState,
  PfnSet,
  type PhysicalMemory,
  type PhysicalRange,
  VmcorekitError,
} from '@vmcorekit/core';

/** What is wrong with pages of a dump, by PFN. */
export interface MemoryDamage {
  /** They read as corrupt. */
  readonly lost?: ReadonlySet<number>;
  /** Their bytes are others than the machine's; a page each. */
  readonly changed?: ReadonlyMap<number, Uint8Array>;
}

/** The same dump with damaged pages. Its file is not touched; disposing one disposes both. */
export function damagedDump(dump: Dump, damage: MemoryDamage): Dump {
  return dumpWith(dump, new DamagedMemory(dump.image.memory, damage));
}

/** The same dump, with another memory. */
export function dumpWith(dump: Dump, memory: PhysicalMemory): Dump {
  return { ...dump, image: imageWith(dump.image, { memory }) };
}

/** A memory of which pages are lost or changed. It remembers which pages were read. */
export class DamagedMemory extends BasePhysicalMemory {
  /** The pages of which anything was read, by PFN. */
  readonly touched: PfnSet = new PfnSet();
  readonly pageSizeInBytes: number;
  readonly byteOrder: PhysicalMemory['byteOrder'];
  readonly ranges: readonly PhysicalRange[];
  readonly #whole: PhysicalMemory;
  readonly #lost: ReadonlySet<number>;
  readonly #changed: ReadonlyMap<number, Uint8Array>;

  constructor(whole: PhysicalMemory, { lost, changed }: MemoryDamage = {}) {
    super();
    this.#whole = whole;
    this.#lost = new Set([...(lost ?? [])].sort((one, other) => one - other));
    this.#changed = changed ?? new Map();
    this.pageSizeInBytes = whole.pageSizeInBytes;
    this.byteOrder = whole.byteOrder;
    this.ranges = whole.ranges;
  }

  get pagesRead(): number {
    return this.touched.size;
  }

  pageState(pfn: number): PageState {
    if (this.#lost.has(pfn)) {
      return 'corrupt';
    }
    return this.#changed.has(pfn) ? 'stored' : this.#whole.pageState(pfn);
  }

  withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    const pfn = Math.floor(address / this.pageSizeInBytes);
    if (this.#lost.has(pfn)) {
      throw new VmcorekitError('page-unreadable', {
        physicalAddress: address,
        pfn,
        state: 'corrupt',
        because: 'the laboratory damaged it',
      });
    }
    this.touched.add(pfn);
    const changed = this.#changed.get(pfn);
    const at = address % this.pageSizeInBytes;
    return changed === undefined
      ? this.#whole.withView(address, lengthInBytes, use)
      : use(changed.slice(at, at + lengthInBytes));
  }

  *storedRuns(from?: number, to?: number): Generator<PhysicalRange, void, void> {
    for (const run of this.#whole.storedRuns(from, to)) {
      let { start } = run;
      for (const pfn of this.#lost) {
        const page = pfn * this.pageSizeInBytes;
        if (page >= start && page < run.end) {
          yield* start < page ? [{ start, end: page }] : [];
          start = page + this.pageSizeInBytes;
        }
      }
      yield* start < run.end ? [{ start, end: run.end }] : [];
    }
  }
}
