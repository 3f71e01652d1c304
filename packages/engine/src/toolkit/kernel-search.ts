import {
  type ArchitectureTable,
  type Dump,
  type DumpImage,
  forgetPasses,
  type Kernel,
  type KernelCache,
  type LocatedKernel,
  type PhysicalAddress,
  type SymbolTable,
  type Verdict,
} from '@vmcorekit/core';
import { KernelViews } from '../kernel/kernel-views.ts';
import { openLocated } from '../kernel/open-located.ts';
import { type DriveOptions, drive } from '../running/drive.ts';
import type { StepLimit } from '../running/step-limit.ts';
import { locate } from '../search/locate.ts';
import type { LocateOptions } from '../search/locate-options.ts';
import { searchAsShown } from '../search/search-as-shown.ts';
import { searchLayouts } from '../search/search-layouts.ts';
import { searchPlaced } from '../search/search-placed.ts';
import type { Registry } from './registry.ts';

export interface SearchOptions extends LocateOptions, DriveOptions {}

/** What kernels are searched with. */
export interface KernelSearchParts {
  readonly registry: Registry;
  readonly architectures: ArchitectureTable;
  readonly kernelCache: KernelCache | undefined;
  readonly stepLimit: StepLimit | undefined;
}

/** A kernel, and what it was opened of. A search may give the dump another image. */
interface OpenedKernel {
  readonly located: LocatedKernel;
  readonly image: DumpImage;
  readonly kernel: Kernel;
}

/**
 * Searches dumps for kernels, and opens those that were found. Remembers for each dump what it
 * saw of a kernel, so that opening looks for nothing again.
 */
export class KernelSearch {
  readonly #parts: KernelSearchParts;
  readonly #views: WeakMap<Dump, KernelViews> = new WeakMap();
  /** The symbol files that a search proved to match the kernel it located. */
  readonly #symbolFiles: WeakMap<LocatedKernel, readonly SymbolTable[]> = new WeakMap();
  /** Where the search for a located kernel met notes of VMCOREINFO. */
  readonly #vmcoreInfoPlaces: WeakMap<LocatedKernel, readonly PhysicalAddress[]> = new WeakMap();

  /** The kernel of each dump that was opened last: analyses that follow ask for it again. */
  readonly #opened: WeakMap<Dump, OpenedKernel> = new WeakMap();

  constructor(parts: KernelSearchParts) {
    this.#parts = parts;
  }

  /**
   * The verdict on a dump, also as another machine, or in another layout of its memory, where the
   * file does not say which. A dump that was read otherwise stays so.
   */
  async locate(dump: Dump, options: SearchOptions): Promise<Verdict> {
    // A program may search again because memory changed.
    for (const { image } of [dump, ...(dump.memoryLayouts ?? []).map((other) => other.dump)]) {
      forgetPasses(image.memory);
    }
    this.#opened.delete(dump);
    const verdict =
      (await this.#locateInLayouts(dump, options)) ??
      (await this.#locateOnWider(dump, options)) ??
      (await this.#locateAsShown(
        dump,
        await this.#search(dump, this.#viewsOf(dump), options),
        options,
      ));
    return await this.#locatePlaced(dump, verdict, options);
  }

  /** `Toolkit.openKernel`. Opens a located kernel once. */
  async openKernel(
    dump: Dump,
    { kernel: located }: Pick<Verdict, 'kernel'>,
    options: DriveOptions,
  ): Promise<Kernel | null> {
    if (located === null) {
      return null;
    }
    const { image } = dump;
    const last = this.#opened.get(dump);
    if (last?.located === located && last.image === image) {
      return last.kernel;
    }
    const work = openLocated(dump, located, this.#viewsOf(dump), {
      symbolFiles: this.#symbolFiles.get(located) ?? [],
      unwinders: this.#parts.registry.all('unwinders'),
      cache: this.#parts.kernelCache,
      vmcoreInfoPlaces: this.#vmcoreInfoPlaces.get(located) ?? [],
    });
    const kernel = await drive(work, options, 'opening the kernel', this.#parts.stepLimit);
    if (kernel !== null) {
      this.#opened.set(dump, { located, image, kernel });
    }
    return kernel;
  }

  /** The verdict with memory placed whose address only the kernel says. */
  async #locatePlaced(dump: Dump, first: Verdict, options: SearchOptions): Promise<Verdict> {
    const parts = {
      search: (other: Dump, within: SearchOptions) =>
        this.#search(other, this.#viewsOf(other), within),
      openKernel: (other: Dump, verdict: Verdict) => this.openKernel(other, verdict, options),
    };
    const found = await searchPlaced(dump, first, parts, options);
    if (found?.taken != null) {
      found.taken.take();
      this.#views.set(dump, this.#viewsOf(found.taken.dump));
    }
    return found?.verdict ?? first;
  }

  /**
   * The verdict on a dump that does not say where its memory lies. Null for all others, and where
   * only heuristics run that read no memory to speak of.
   */
  async #locateInLayouts(dump: Dump, options: SearchOptions): Promise<Verdict | null> {
    const { only } = options;
    const readsMemory =
      only === undefined ||
      only.some((name) => this.#parts.registry.named('heuristics', name).cost !== 'header');
    if (!readsMemory) {
      return null;
    }
    const layouts = this.#parts.registry.all('kernelLayouts');
    const found = await searchLayouts(
      dump,
      {
        architectures: this.#parts.architectures,
        layouts,
        search: (other, within) => this.#search(other, this.#viewsOf(other), within),
        openKernel: (other, verdict) => this.openKernel(other, verdict, options),
      },
      options,
    );
    if (found?.taken != null) {
      found.taken.take();
      this.#views.set(dump, this.#viewsOf(found.taken.dump));
    }
    return found?.verdict ?? null;
  }

  /** The verdict on the machine that memory shows, where the file's own has no kernel. */
  async #locateAsShown(dump: Dump, first: Verdict, options: SearchOptions): Promise<Verdict> {
    const views = new Map<Dump, KernelViews>();
    const search = (other: Dump, within: SearchOptions): Promise<Verdict> => {
      const viewsOfOther = this.#newViews(other);
      views.set(other, viewsOfOther);
      return this.#search(other, viewsOfOther, within);
    };
    const layouts = this.#parts.registry.all('kernelLayouts');
    const parts = { architectures: this.#parts.architectures, layouts, search };
    const shown = await searchAsShown(dump, first, parts, options);
    const taken = shown?.machine ?? null;
    const takenViews = taken === null ? undefined : views.get(taken.dump);
    if (taken !== null && takenViews !== undefined) {
      taken.take();
      this.#views.set(dump, takenViews);
    }
    return shown?.verdict ?? first;
  }

  /**
   * The verdict on the 64-bit machine that the dump may be from. Null where no such machine is
   * possible, or nothing speaks for a kernel of one.
   */
  async #locateOnWider(dump: Dump, options: SearchOptions): Promise<Verdict | null> {
    const { wider } = dump;
    // Once a kernel of the wider machine was found, the dump is of that machine.
    if (wider === undefined || dump.architecture?.name === wider.dump.architecture?.name) {
      return null;
    }
    const views = this.#newViews(wider.dump);
    const verdict = await this.#search(wider.dump, views, options);
    if (verdict.kernel !== null || verdict.reason === 'ambiguous') {
      wider.take();
      this.#views.set(dump, views);
    }
    return verdict.reason === 'no-kernel' ? null : verdict;
  }

  async #search(dump: Dump, views: KernelViews, options: SearchOptions): Promise<Verdict> {
    const parts = {
      heuristics: this.#parts.registry.all('heuristics'),
      witnesses: this.#parts.registry.all('witnesses'),
      symbolCarvers: this.#parts.registry.all('symbolCarvers'),
      views,
    };
    const verdict = await drive(locate(parts, dump, options), options);
    if (verdict.kernel !== null) {
      const files =
        options.symbolFiles?.filter(({ from }) => verdict.matchedSymbols.includes(from)) ?? [];
      this.#symbolFiles.set(verdict.kernel, files);
      this.#vmcoreInfoPlaces.set(verdict.kernel, vmcoreInfoPlacesIn(verdict));
    }
    return verdict;
  }

  #viewsOf(dump: Dump): KernelViews {
    let views = this.#views.get(dump);
    if (views === undefined) {
      views = this.#newViews(dump);
      this.#views.set(dump, views);
    }
    return views;
  }

  #newViews(dump: Dump): KernelViews {
    return new KernelViews(
      dump,
      this.#parts.registry.all('symbolCarvers'),
      this.#parts.kernelCache,
    );
  }
}

/** The physical addresses that the evidence of VMCOREINFO names, whatever kernel it is for. */
function vmcoreInfoPlacesIn({ evidence: rows }: Verdict): readonly PhysicalAddress[] {
  return rows
    .filter(({ evidence }) => evidence === 'vmcoreinfo')
    .flatMap(({ at }) => at.flatMap(({ physicalAddress }) => physicalAddress ?? []));
}
