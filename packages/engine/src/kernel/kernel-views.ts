import {
  type ByteOrder,
  type Dump,
  type KernelCache,
  type KernelImageView,
  type KernelView,
  type MappedRun,
  noSymbols,
  type Progress,
  reasonOf,
  type SymbolCarver,
  type SymbolTable,
  type TranslationRoot,
} from '@vmcorekit/core';
import { kernelMemory } from './kernel-memory.ts';
import { Memo } from './memo.ts';

/** A carver that failed, and why. */
export interface CarverFailure {
  readonly name: string;
  readonly because: string;
}

interface OpenedView {
  readonly view: KernelView;
  readonly failures: readonly CarverFailure[];
}

export interface ViewOptions {
  /** The kernel's byte order, where it is not the architecture's or the file's. */
  readonly byteOrder?: ByteOrder | undefined;
  readonly onFailure?: (failure: CarverFailure) => void;
}

/**
 * The kernels of one dump, each seen through a root. Symbols are carved once, however often they
 * are requested.
 */
export class KernelViews {
  readonly #dump: Dump;
  readonly #carvers: readonly SymbolCarver[];
  readonly #cache: KernelCache | undefined;
  readonly #memo: Memo = new Memo();

  constructor(dump: Dump, carvers: readonly SymbolCarver[], cache?: KernelCache) {
    this.#dump = dump;
    this.#carvers = carvers;
    this.#cache = cache;
  }

  /** The same of another reading of the dump. Nothing is kept between them. */
  of(dump: Dump): KernelViews {
    return new KernelViews(dump, this.#carvers, this.#cache);
  }

  /**
   * The kernel whose image a root maps. A carver that fails costs only its symbols, and `onFailure`
   * gets its name.
   */
  *through(
    root: TranslationRoot,
    runs: readonly MappedRun[],
    { byteOrder, onFailure }: ViewOptions = {},
  ): Generator<Progress, KernelView, void> {
    const [first] = runs;
    const key = `${root.key} ${first?.virtualAddress} ${first?.physicalAddress} ${byteOrder}`;
    const opened = yield* this.#memo.get(key, () => this.#open(root, runs, byteOrder));
    for (const failure of opened.failures) {
      onFailure?.(failure);
    }
    return opened.view;
  }

  /** The same without symbols, for use after their search was cut. */
  withoutSymbols(
    root: TranslationRoot,
    runs: readonly MappedRun[],
    byteOrder?: ByteOrder,
  ): KernelView {
    const memory = kernelMemory(this.#dump, root, byteOrder);
    return { dump: this.#dump, root, runs, memory, symbols: noSymbols };
  }

  *#open(
    root: TranslationRoot,
    runs: readonly MappedRun[],
    byteOrder?: ByteOrder,
  ): Generator<Progress, OpenedView, void> {
    const view = this.withoutSymbols(root, runs, byteOrder);
    const failures: CarverFailure[] = [];
    for (const carver of this.#carvers) {
      const symbols = yield* carved(carver, view, failures, this.#cache);
      if (symbols !== undefined) {
        return { view: { ...view, symbols }, failures };
      }
    }
    return { view, failures };
  }
}

function* carved(
  carver: SymbolCarver,
  image: KernelImageView,
  failures: CarverFailure[],
  cache: KernelCache | undefined,
): Generator<Progress, SymbolTable | undefined, void> {
  try {
    const work = carver.carve(image, cache);
    for (let step = work.next(); ; step = work.next()) {
      if (step.done === true) {
        return step.value;
      }
      yield { kind: 'progress', doing: `looking for ${carver.name} in memory`, fraction: null };
    }
  } catch (error) {
    failures.push({ name: carver.name, because: reasonOf(error) });
    return undefined;
  }
}
