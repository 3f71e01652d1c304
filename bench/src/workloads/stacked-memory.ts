import {
  BasePhysicalMemory,
  lowestIndex,
  type PageState,
  type PhysicalMemory,
  type PhysicalRange,
} from '@vmcorekit/core';

const stepInBytes = 2 ** 27;

/** One memory in the stack, from `start` on. */
interface Layer extends PhysicalRange {
  readonly memory: PhysicalMemory;
  /** What to subtract from an address to have one in `memory`. */
  readonly shift: number;
}

/**
 * Several memories above each other, in turn, until there are `sizeInBytes`. Of each counts its
 * largest range: the firmware's ROM, which lies apart, is left out.
 */
export class StackedMemory extends BasePhysicalMemory {
  readonly pageSizeInBytes: number;
  readonly byteOrder: PhysicalMemory['byteOrder'];
  readonly pagesRead = 0;
  readonly ranges: readonly PhysicalRange[];
  readonly #layers: readonly Layer[];

  constructor(memories: readonly [PhysicalMemory, ...PhysicalMemory[]], sizeInBytes: number) {
    super();
    this.pageSizeInBytes = memories[0].pageSizeInBytes;
    this.byteOrder = memories[0].byteOrder;
    const layers: Layer[] = [];
    for (let start = 0; start < sizeInBytes; start = layers.at(-1)?.end ?? sizeInBytes) {
      const memory = memories[layers.length % memories.length] ?? memories[0];
      const ram = largestOf(memory.ranges);
      const span = Math.ceil((ram.end - ram.start) / stepInBytes) * stepInBytes;
      layers.push({ start, end: start + span, memory, shift: start - ram.start });
    }
    this.#layers = layers;
    this.ranges = [{ start: 0, end: layers.at(-1)?.end ?? 0 }];
  }

  override pageState(pfn: number): PageState {
    const address = pfn * this.pageSizeInBytes;
    const { memory, shift } = this.#layerAt(address);
    return memory.pageState(Math.floor((address - shift) / memory.pageSizeInBytes));
  }

  override withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    const { memory, shift } = this.#layerAt(address);
    return memory.withView(address - shift, lengthInBytes, use);
  }

  override *storedRuns(
    from: number = 0,
    to: number = Number.POSITIVE_INFINITY,
  ): Generator<PhysicalRange, void, void> {
    for (const { start: base, end: top, memory, shift } of this.#layers) {
      for (const run of memory.storedRuns(base - shift, top - shift)) {
        const start = Math.max(from, run.start + shift);
        const end = Math.min(to, run.end + shift);
        if (start < end) {
          yield { start, end };
        }
      }
    }
  }

  #layerAt(address: number): Layer {
    const after = lowestIndex(this.#layers.length, (index) => {
      const layer = this.#layers[index];
      return layer !== undefined && layer.start <= address;
    });
    const layer = this.#layers[after - 1];
    if (layer === undefined) {
      throw new RangeError(`no memory is stacked at ${address}`);
    }
    return layer;
  }
}

function largestOf(ranges: readonly PhysicalRange[]): PhysicalRange {
  return ranges.reduce((largest, range) =>
    range.end - range.start > largest.end - largest.start ? range : largest,
  );
}
