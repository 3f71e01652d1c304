import {
  type ErrorFacts,
  type FoundRoot,
  isVmcorekitError,
  type MappedRun,
  type Mmu,
  type PhysicalMemory,
  type Progress,
  type Registers,
  type TableFrames,
  type TablePage,
  type Translation,
  type TranslationRoot,
  type VirtualRange,
  VmcorekitError,
} from '@vmcorekit/core';
import { memoryRuns } from './memory-runs.ts';
import { foreignFrame, TableMemory } from './table-memory.ts';

type Gap = ErrorFacts['not-mapped'];

/**
 * A processor whose page tables count pages otherwise than memory does. It walks memory by the
 * addresses in the tables, and gives back addresses of memory: so every processor's walk serves,
 * and no walk knows of frames.
 *
 * Has no windows without tables, because no such machine translates frames; and does not judge
 * whether a root maps memory linearly, because consecutive pages have scattered frames.
 */
export class FramedMmu implements Mmu {
  readonly relatedRoots?: NonNullable<Mmu['relatedRoots']>;
  readonly isTranslating?: NonNullable<Mmu['isTranslating']>;
  readonly instructionAddress?: NonNullable<Mmu['instructionAddress']>;
  readonly gapAt?: NonNullable<Mmu['gapAt']>;
  readonly tablePages?: NonNullable<Mmu['tablePages']>;
  readonly findRoots?: NonNullable<Mmu['findRoots']>;
  readonly programRootAt?: NonNullable<Mmu['programRootAt']>;
  readonly #mmu: Mmu;
  readonly #frames: TableFrames;
  readonly #pageSizeInBytes: number;
  readonly #memories: WeakMap<PhysicalMemory, TableMemory> = new WeakMap();
  /** The walk's own root for the key of one that was handed out. */
  readonly #walkedRoots: Map<string, TranslationRoot> = new Map();

  constructor(mmu: Mmu, frames: TableFrames, pageSizeInBytes: number) {
    this.#mmu = mmu;
    this.#frames = frames;
    this.#pageSizeInBytes = pageSizeInBytes;
    // Arithmetic on addresses and registers, which are the same here.
    if (mmu.relatedRoots !== undefined) {
      this.relatedRoots = mmu.relatedRoots.bind(mmu);
    }
    if (mmu.programRootAt !== undefined) {
      this.programRootAt = mmu.programRootAt.bind(mmu);
    }
    if (mmu.isTranslating !== undefined) {
      this.isTranslating = mmu.isTranslating.bind(mmu);
    }
    if (mmu.instructionAddress !== undefined) {
      this.instructionAddress = mmu.instructionAddress.bind(mmu);
    }
    if (mmu.gapAt !== undefined) {
      this.gapAt = (memory, root, address) => this.#gapAt(memory, root, address);
    }
    if (mmu.tablePages !== undefined) {
      this.tablePages = (memory, roots, limit) => this.#tablePages(memory, roots, limit);
    }
    if (mmu.findRoots !== undefined) {
      this.findRoots = (memory, window) => this.#findRoots(memory, window);
    }
  }

  rootOf(registers: Registers): TranslationRoot | undefined {
    const root = this.#mmu.rootOf(registers);
    return root === undefined ? undefined : this.#inMemory(root);
  }

  rootsAt(tableAddress: number): readonly TranslationRoot[] {
    return this.#mmu.rootsAt(tableAddress);
  }

  translate(memory: PhysicalMemory, root: TranslationRoot, virtualAddress: bigint): Translation {
    const tables = this.#tablesOf(memory);
    const walked = this.#walked(root);
    const found = this.#placed(() => this.#mmu.translate(tables, walked, virtualAddress));
    const physicalAddress = this.#toMemory(found.physicalAddress);
    if (physicalAddress === undefined) {
      throw foreignFrame(this.#frames, this.#pageSizeInBytes, found.physicalAddress);
    }
    return {
      ...found,
      physicalAddress,
      // The frames of a large page may be any pages.
      mappingSizeInBytes: Math.min(found.mappingSizeInBytes, this.#pageSizeInBytes),
      entries: found.entries.map((entry) => ({
        ...entry,
        at: this.#toMemory(entry.at) ?? entry.at,
        leadsTo: this.#toMemory(entry.leadsTo) ?? entry.leadsTo,
      })),
    };
  }

  *mappedRuns(
    memory: PhysicalMemory,
    root: TranslationRoot,
    from: bigint,
    to: bigint,
    limit?: number,
  ): Generator<MappedRun, void, void> {
    const walked = this.#walkedIfKnown(root);
    if (walked !== undefined) {
      const tables = this.#tablesOf(memory);
      // Runs of frames, which are shorter: the tables themselves bound them.
      const runs = this.#mmu.mappedRuns(tables, walked, from, to, Number.MAX_SAFE_INTEGER);
      yield* memoryRuns(runs, this.#frames, this.#pageSizeInBytes, limit);
    }
  }

  #gapAt(memory: PhysicalMemory, root: TranslationRoot, address: bigint): Gap | undefined {
    const gap = this.#mmu.gapAt?.(this.#tablesOf(memory), this.#walked(root), address);
    return gap === undefined ? undefined : this.#placedGap(gap);
  }

  *#tablePages(
    memory: PhysicalMemory,
    roots: readonly TranslationRoot[],
    limit: number,
  ): Generator<TablePage, void, void> {
    const walked = roots.flatMap((root) => this.#walkedIfKnown(root) ?? []);
    for (const page of this.#mmu.tablePages?.(this.#tablesOf(memory), walked, limit) ?? []) {
      const physicalAddress = this.#toMemory(page.physicalAddress);
      if (physicalAddress !== undefined) {
        yield { ...page, physicalAddress };
      }
    }
  }

  *#findRoots(
    memory: PhysicalMemory,
    window: VirtualRange,
  ): Generator<FoundRoot | Progress, void, void> {
    for (const step of this.#mmu.findRoots?.(this.#tablesOf(memory), window) ?? []) {
      if (!('root' in step)) {
        yield step;
        continue;
      }
      const root = this.#inMemory(step.root);
      const sharedTable = this.#toMemory(step.sharedTable);
      if (root !== undefined && sharedTable !== undefined) {
        yield { root, sharedTable };
      }
    }
  }

  #tablesOf(memory: PhysicalMemory): TableMemory {
    const known = this.#memories.get(memory);
    if (known !== undefined) {
      return known;
    }
    const tables = new TableMemory(memory, this.#frames);
    this.#memories.set(memory, tables);
    return tables;
  }

  /** A root of the walk, by its address in memory; undefined where that is not known. */
  #inMemory(root: TranslationRoot): TranslationRoot | undefined {
    const address = root.tableAddress === null ? undefined : this.#toMemory(root.tableAddress);
    const handedOut = address === undefined ? undefined : this.#rootLike(root, address);
    if (handedOut !== undefined) {
      this.#walkedRoots.set(handedOut.key, root);
    }
    return handedOut;
  }

  /** The walk's root for one that was handed out. Throws `page-unreadable`. */
  #walked(root: TranslationRoot): TranslationRoot {
    const walked = this.#walkedIfKnown(root);
    if (walked === undefined) {
      const physicalAddress = root.tableAddress ?? 0;
      throw new VmcorekitError('page-unreadable', {
        physicalAddress,
        pfn: Math.floor(physicalAddress / this.#pageSizeInBytes),
        state: 'absent',
        because: `its ${this.#frames.name} is not known, so it can be no page table`,
      });
    }
    return walked;
  }

  #walkedIfKnown(root: TranslationRoot): TranslationRoot | undefined {
    const known = this.#walkedRoots.get(root.key);
    if (known !== undefined || root.tableAddress === null) {
      return known;
    }
    const size = this.#pageSizeInBytes;
    const inPage = root.tableAddress % size;
    const frame = this.#frames.frameOf((root.tableAddress - inPage) / size);
    const walked = frame === undefined ? undefined : this.#rootLike(root, frame * size + inPage);
    if (walked !== undefined) {
      this.#walkedRoots.set(root.key, walked);
    }
    return walked;
  }

  #rootLike(root: TranslationRoot, tableAddress: number): TranslationRoot | undefined {
    return this.#mmu
      .rootsAt(tableAddress)
      .find(
        ({ levels, addressBits, basePageSizeInBytes }) =>
          levels === root.levels &&
          addressBits === root.addressBits &&
          basePageSizeInBytes === root.basePageSizeInBytes,
      );
  }

  #toMemory(tableAddress: number): number | undefined {
    const size = this.#pageSizeInBytes;
    const inPage = tableAddress % size;
    const page = this.#frames.pageOf((tableAddress - inPage) / size);
    return page === undefined ? undefined : page * size + inPage;
  }

  /** A walk whose error names the entry by its address in memory. */
  #placed<Result>(walk: () => Result): Result {
    try {
      return walk();
    } catch (error) {
      if (isVmcorekitError(error, 'not-mapped')) {
        throw new VmcorekitError('not-mapped', this.#placedGap(error.facts), { cause: error });
      }
      throw error;
    }
  }

  #placedGap(gap: Gap): Gap {
    const { entryAt, ...rest } = gap;
    const placed = entryAt === undefined ? undefined : this.#toMemory(entryAt);
    return placed === undefined ? rest : { ...rest, entryAt: placed };
  }
}
