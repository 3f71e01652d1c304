import type { PhysicalRange } from '@vmcorekit/core';
import type { RamBlock } from '../stream/ram-blocks.ts';

/** Machines have a few DIMMs that were plugged; of many alike, nothing selects the order. */
const maxBlocks = 64;
/** Two DIMMs of one size have two ways, three have six. */
const maxWays = 8;
/** Steps of the search for ways: ranges of RAM by blocks that fit. */
const maxSteps = 10_000;

/** A block, and where it begins. */
export interface PluggedBlock {
  readonly block: RamBlock;
  readonly physicalAddress: number;
}

/**
 * The ways to fill the RAM that a kernel lists outside of `known` with blocks, each block once and
 * each stretch of RAM to its end. A kernel lists each DIMM as a range of its own; so a way counts
 * in which no range lies in two blocks, if there is one. Empty where there is none, or too many.
 *
 * Source: QEMU writes no address of a pc-dimm (hw/mem/pc-dimm.c); Linux, mm/memory_hotplug.c
 * (`register_memory_resource`).
 */
export function waysToPlug(
  blocks: readonly RamBlock[],
  known: readonly PhysicalRange[],
  ram: readonly PhysicalRange[],
): readonly (readonly PluggedBlock[])[] {
  const lacking = ram.filter(
    ({ start, end }) => !known.some((each) => each.start <= start && end <= each.end),
  );
  const isApart = lacking.every(
    ({ start, end }) => !known.some((each) => each.start < end && start < each.end),
  );
  if (lacking.length === 0 || !isApart || blocks.length > maxBlocks) {
    return [];
  }
  const ways = new Ways(blocks, lacking).all();
  if (ways === undefined) {
    return [];
  }
  const whole = ways.filter((way) =>
    lacking.every(({ start, end }) =>
      way.some(
        ({ physicalAddress: from, block }) => from <= start && end <= from + block.sizeInBytes,
      ),
    ),
  );
  const best = whole.length > 0 ? whole : ways;
  return best.length > maxWays ? [] : best;
}

/** Tries blocks one after the other, from the lowest address on. */
class Ways {
  readonly #blocks: readonly RamBlock[];
  /** Adjacent ranges as one. */
  readonly #stretches: readonly PhysicalRange[];
  readonly #found: PluggedBlock[][] = [];
  #steps = 0;

  constructor(blocks: readonly RamBlock[], ranges: readonly PhysicalRange[]) {
    this.#blocks = blocks;
    const stretches: { start: number; end: number }[] = [];
    for (const { start, end } of ranges) {
      const last = stretches.at(-1);
      if (last?.end === start) {
        last.end = end;
      } else {
        stretches.push({ start, end });
      }
    }
    this.#stretches = stretches;
  }

  /** Undefined where there are too many to try. */
  all(): readonly (readonly PluggedBlock[])[] | undefined {
    this.#fill(0, this.#stretches[0]?.start ?? 0, []);
    return this.#steps > maxSteps ? undefined : this.#found;
  }

  #fill(index: number, at: number, way: readonly PluggedBlock[]): void {
    const stretch = this.#stretches[index];
    if (stretch === undefined) {
      this.#found.push([...way]);
      return;
    }
    if (at === stretch.end) {
      this.#fill(index + 1, this.#stretches[index + 1]?.start ?? 0, way);
      return;
    }
    for (const block of this.#blocks) {
      if (++this.#steps > maxSteps) {
        return;
      }
      if (at + block.sizeInBytes <= stretch.end && way.every((used) => used.block !== block)) {
        this.#fill(index, at + block.sizeInBytes, [...way, { block, physicalAddress: at }]);
      }
    }
  }
}
