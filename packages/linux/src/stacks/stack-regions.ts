import type { VirtualAddress } from '@vmcorekit/core';

/** One stack: where it lies, and what it is called. */
export interface StackRegion {
  /** `task`, `irq`, `nmi`, `df`, `entry`, …. */
  readonly name: string;
  readonly start: VirtualAddress;
  /** One past its highest byte, where the first frame begins. */
  readonly end: VirtualAddress;
}

/**
 * The stack that a stack pointer is on. An empty stack's pointer is its end, which may also be the
 * start of the next stack: the stack that holds the byte comes first.
 */
export function regionAt(
  regions: readonly StackRegion[],
  stackPointer: VirtualAddress,
): StackRegion | undefined {
  return (
    regions.find(({ start, end }) => start <= stackPointer && stackPointer < end) ??
    regions.find(({ end }) => end === stackPointer)
  );
}

/**
 * Stops loops: on one stack the stack pointer must rise, and no stack is entered twice. Undefined
 * where the step is allowed; else what is wrong with it, a sentence.
 */
export class StackOrder {
  readonly #regions: readonly StackRegion[];
  readonly #left: Set<StackRegion> = new Set();
  #region: StackRegion | undefined;
  #stackPointer: VirtualAddress;

  constructor(regions: readonly StackRegion[], stackPointer: VirtualAddress) {
    this.#regions = regions;
    this.#region = regionAt(regions, stackPointer);
    this.#stackPointer = stackPointer;
  }

  /** The stack of the current frame; undefined where it lies on no known one. */
  get region(): StackRegion | undefined {
    return this.#region;
  }

  moveTo(stackPointer: VirtualAddress): string | undefined {
    // The end of a stack stays on it, so that the outermost frame is not on the next one.
    const isSame =
      this.#region !== undefined &&
      this.#region.start <= stackPointer &&
      stackPointer <= this.#region.end;
    const region = isSame ? this.#region : regionAt(this.#regions, stackPointer);
    if (region === undefined && this.#region !== undefined) {
      return 'the stack pointer leaves every known stack';
    }
    if (region === this.#region) {
      if (stackPointer <= this.#stackPointer) {
        return 'the stack pointer does not rise';
      }
    } else {
      if (region !== undefined && this.#left.has(region)) {
        return `the stack '${region.name}' is entered twice`;
      }
      if (this.#region !== undefined) {
        this.#left.add(this.#region);
      }
      this.#region = region;
    }
    this.#stackPointer = stackPointer;
    return undefined;
  }
}
