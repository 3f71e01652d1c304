import type { PageState } from '../page-state.ts';
import type { MemoryPiece, PhysicalMemory, PhysicalRange } from '../physical-memory.ts';
import type { ByteOrder } from '../spaces.ts';
import { BasePhysicalMemory } from './base-physical-memory.ts';
import { stateOfPieces } from './pieces.ts';

/**
 * The same memory, divided into pages of another size: QEMU writes blocks of 64 KiB for a kernel
 * that has pages of 4 KiB. A small page has the state of the large one that holds it, unless that
 * is held in part.
 */
export class RepagedMemory extends BasePhysicalMemory {
  readonly pageSizeInBytes: number;
  readonly #memory: PhysicalMemory;

  /** Both page sizes are powers of two. */
  constructor(memory: PhysicalMemory, pageSizeInBytes: number) {
    super();
    this.#memory = memory;
    this.pageSizeInBytes = pageSizeInBytes;
  }

  get byteOrder(): ByteOrder {
    return this.#memory.byteOrder;
  }

  get ranges(): readonly PhysicalRange[] {
    return this.#memory.ranges;
  }

  get pagesRead(): number {
    return this.#memory.pagesRead;
  }

  pageState(pfn: number): PageState {
    const start = pfn * this.pageSizeInBytes;
    const { pageSizeInBytes } = this.#memory;
    const whole =
      this.pageSizeInBytes <= pageSizeInBytes
        ? this.#memory.pageState(Math.floor(start / pageSizeInBytes))
        : 'partial';
    return whole === 'partial'
      ? stateOfPieces(this.pieces(start, start + this.pageSizeInBytes))
      : whole;
  }

  override pieces(start: number, end: number): Iterable<MemoryPiece> {
    return this.#memory.pieces(start, end);
  }

  bytelessUntil(address: number): number | undefined {
    return this.#memory.bytelessUntil?.(address);
  }

  withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    const { pageSizeInBytes } = this.#memory;
    return (address % pageSizeInBytes) + lengthInBytes <= pageSizeInBytes
      ? this.#memory.withView(address, lengthInBytes, use)
      : use(this.#memory.read(address, lengthInBytes));
  }

  override readInto(address: number, target: Uint8Array): void {
    this.#memory.readInto(address, target);
  }

  storedRuns(from?: number, to?: number): Iterable<PhysicalRange> {
    return this.#memory.storedRuns(from, to);
  }
}
