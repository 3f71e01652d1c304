import {
  BasePhysicalMemory,
  type ByteOrder,
  type Dump,
  type MemoryPiece,
  type PageState,
  type PhysicalMemory,
  type PhysicalRange,
  VmcorekitError,
} from '@vmcorekit/core';
import { randomBytes } from './random.ts';

/** The same dump, with no readable page of memory. */
export function unreadable(dump: Dump): Dump {
  return withMemory(dump, new SpoiltMemory(dump.image.memory, () => null));
}

/** The same dump, with every stored page full of noise. */
export function noisy(dump: Dump): Dump {
  return withMemory(
    dump,
    new SpoiltMemory(dump.image.memory, (pfn) =>
      randomBytes(pfn + 1, dump.image.memory.pageSizeInBytes),
    ),
  );
}

function withMemory(dump: Dump, memory: PhysicalMemory): Dump {
  return {
    ...dump,
    damage: dump.damage,
    image: { ...dump.image, memory, [Symbol.dispose]: () => {} },
    [Symbol.dispose]: () => {},
  };
}

class SpoiltMemory extends BasePhysicalMemory {
  readonly pageSizeInBytes: number;
  readonly byteOrder: ByteOrder;
  readonly ranges: readonly PhysicalRange[];
  readonly pagesRead: number = 0;
  readonly #memory: PhysicalMemory;
  readonly #contentsOf: (pfn: number) => Uint8Array | null;

  constructor(memory: PhysicalMemory, contentsOf: (pfn: number) => Uint8Array | null) {
    super();
    this.#memory = memory;
    this.#contentsOf = contentsOf;
    this.pageSizeInBytes = memory.pageSizeInBytes;
    this.byteOrder = memory.byteOrder;
    this.ranges = memory.ranges;
  }

  pageState(pfn: number): PageState {
    const state = this.#memory.pageState(pfn);
    return state === 'absent' || this.#contentsOf(pfn) !== null ? state : 'excluded';
  }

  override *pieces(start: number, end: number): Generator<MemoryPiece, void, void> {
    for (const piece of this.#memory.pieces(start, end)) {
      // All pages have contents, or none.
      yield piece.state === 'absent' || this.#contentsOf(0) !== null
        ? piece
        : { ...piece, state: 'excluded' };
    }
  }

  withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    const pfn = Math.floor(address / this.pageSizeInBytes);
    const contents = this.#contentsOf(pfn);
    if (contents === null) {
      throw new VmcorekitError('page-unreadable', {
        physicalAddress: address,
        pfn,
        state: 'excluded',
        because: 'the test made it so',
      });
    }
    // Asks the memory itself first, so that an address outside it stays unreadable.
    return this.#memory.withView(address, lengthInBytes, () =>
      use(
        contents.slice(
          address % this.pageSizeInBytes,
          (address % this.pageSizeInBytes) + lengthInBytes,
        ),
      ),
    );
  }

  storedRuns(from?: number, to?: number): Iterable<PhysicalRange> {
    return this.#contentsOf(0) === null ? [] : this.#memory.storedRuns(from, to);
  }
}
