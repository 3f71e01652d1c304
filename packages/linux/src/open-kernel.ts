// Imports what each member of a kernel is read by: it is where they meet.
import {
  type Kernel,
  type KernelCache,
  type KernelCpu,
  type KernelModule,
  type KernelObject,
  type KernelView,
  type LocatedKernel,
  objectAt,
  type PhysicalAddress,
  type StackReader,
  type SymbolTable,
  type Task,
  TranslatedMemory,
  type TypeSource,
  type TypeTable,
  typeNamed,
  type Unwinder,
  VmcoreInfo,
  VmcorekitError,
} from '@vmcorekit/core';
import { kernelCpus } from './kernel-cpus.ts';
import { modulesOf } from './modules/kernel-modules.ts';
import { runTimeNamesOf } from './modules/run-time-names.ts';
import { spaceOf } from './space-of.ts';
import { chooseUnwinder } from './stacks/choose-unwinder.ts';
import { hibernatedCpuOf } from './stacks/x86-64/hibernated-cpu.ts';
import { useCache } from './symbols/kallsyms/cached-table.ts';
import { KallsymsTable } from './symbols/kallsyms/kallsyms-table.ts';
import { symbolsWithFiles } from './symbols/symbols-with-files.ts';
import { SymbolsWithModules } from './symbols/symbols-with-modules.ts';
import { tasksOf } from './tasks/tasks-of.ts';
import { type BtfCache, btfInMemory } from './types/btf-in-memory.ts';
import { btfTypes } from './types/btf-types.ts';
import { kernelTypes } from './types/kernel-types.ts';
import { kernelVariable } from './variables/variable.ts';
import { noteOfSymbols } from './vmcoreinfo/note-of-symbols.ts';
import { ownVmcoreInfo } from './vmcoreinfo/own-vmcoreinfo.ts';
import { isVmcoreInfoOf } from './vmcoreinfo/vmcoreinfo-of-kernel.ts';
import { vmcoreInfoTypes } from './vmcoreinfo/vmcoreinfo-types.ts';
import { foundTypes } from './without-types/found-types.ts';
import { judgedTypes } from './without-types/judged-types.ts';

/** What a kernel is opened with, beside its own memory. */
export interface OpenKernelOptions {
  /** Files that the search proved to match this kernel. */
  readonly symbolFiles?: readonly SymbolTable[];
  /** The best first. */
  readonly unwinders?: readonly Unwinder[];
  /** Keeps what is equal in every dump of one build; by default nothing is kept. */
  readonly cache?: KernelCache | undefined;
  /**
   * Where the search met notes of VMCOREINFO. They are for a kernel whose symbols do not name
   * `vmcoreinfo_note`.
   */
  readonly vmcoreInfoPlaces?: readonly PhysicalAddress[];
}

/**
 * Opens the kernel that a verdict located, seen through its own root. What few callers need is read
 * when first asked for.
 */
export function openKernel(
  view: KernelView,
  located: LocatedKernel,
  options: OpenKernelOptions = {},
): Kernel {
  return new LinuxKernel(view, located, options);
}

/**
 * The tables of the root may be those of the process that a CPU ran. An address of a program would
 * then be read out of a process that no caller named.
 */
function withoutPrograms(view: KernelView): Kernel['memory'] {
  return view.memory instanceof TranslatedMemory
    ? view.memory.refusing((address) =>
        spaceOf(view, address) === 'program'
          ? 'it is an address of a process, and none is named by its pid'
          : undefined,
      )
    : view.memory;
}

class LinuxKernel implements Kernel {
  readonly dump: Kernel['dump'];
  readonly root: Kernel['root'];
  readonly runs: Kernel['runs'];
  readonly memory: Kernel['memory'];
  readonly symbols: Kernel['symbols'];
  readonly located: LocatedKernel;
  /** Those in its own memory. */
  readonly #carved: SymbolTable;
  readonly #symbolFiles: readonly SymbolTable[];
  readonly #unwinders: readonly Unwinder[];
  readonly #cache: KernelCache | undefined;
  readonly #vmcoreInfoPlaces: readonly PhysicalAddress[];
  /** Why what a cache held of its symbols was not used. */
  readonly #remarks: string[] = [];
  #vmcoreinfo: VmcoreInfo | undefined;
  #types: TypeTable | undefined;
  #cpus: readonly KernelCpu[] | undefined;
  #stacks: StackReader | undefined;

  constructor(
    view: KernelView,
    located: LocatedKernel,
    { symbolFiles = [], unwinders = [], cache, vmcoreInfoPlaces = [] }: OpenKernelOptions,
  ) {
    this.#symbolFiles = symbolFiles;
    this.#unwinders = unwinders;
    this.#cache = cache;
    this.#vmcoreInfoPlaces = vmcoreInfoPlaces;
    this.dump = view.dump;
    this.root = view.root;
    this.runs = view.runs;
    this.memory = withoutPrograms(view);
    this.#carved = view.symbols;
    this.symbols = new SymbolsWithModules(
      symbolsWithFiles(view.symbols, located, symbolFiles),
      () => runTimeNamesOf(this),
    );
    this.located = located;
    cacheSymbols(view, located, cache, this.#remarks);
  }

  get vmcoreinfo(): VmcoreInfo {
    this.#vmcoreinfo ??= this.#findVmcoreInfo();
    return this.#vmcoreinfo;
  }

  get types(): TypeTable {
    this.#types ??= this.#judgedTypes();
    return this.#types;
  }

  get cpus(): readonly KernelCpu[] {
    if (this.#cpus === undefined) {
      const saved = this.dump.cpus.length === 0 ? hibernatedCpuOf(this) : undefined;
      this.#cpus = typeof saved === 'object' ? [saved] : kernelCpus(this);
    }
    return this.#cpus;
  }

  get stacks(): StackReader {
    this.#stacks ??= chooseUnwinder(this, this.#unwinders, this.#cache);
    return this.#stacks;
  }

  tasks(): Iterable<Task> {
    return tasksOf(this).tasks;
  }

  variable(name: string, cpu?: number): KernelObject {
    return kernelVariable(this, name, cpu);
  }

  object(type: string, address: bigint): KernelObject {
    return objectAt(this, typeNamed(this, type), address);
  }

  modules(): Iterable<KernelModule> {
    return modulesOf(this).modules;
  }

  memoryThrough(root: Kernel['root']): Kernel['memory'] {
    const mmu = this.dump.architecture?.mmu;
    if (mmu === undefined) {
      throw new VmcorekitError('contract', {
        what: 'a kernel was opened in a dump whose page tables are not known',
      });
    }
    return new TranslatedMemory(this.dump.image.memory, mmu, root, this.memory);
  }

  #judgedTypes(): TypeTable {
    const declared = kernelTypes(
      vmcoreInfoTypes(this.vmcoreinfo),
      [
        { name: "the kernel's own BTF", open: () => btfInMemory(this, this.#btfCache) },
        ...this.#btfOfFiles(),
        ...this.#symbolFiles.flatMap(({ types }) => types ?? []),
      ],
      {
        remarks: this.#remarks,
        standIn: foundTypes(this),
        wordSizeInBits: this.memory.wordSizeInBits,
      },
    );
    return judgedTypes(declared, foundTypes(this, declared));
  }

  get #btfCache(): BtfCache | undefined {
    return this.#cache === undefined
      ? undefined
      : { cache: this.#cache, buildId: this.located.buildId };
  }

  #btfOfFiles(): TypeSource[] {
    const { wordSizeInBits } = this.memory;
    return this.#symbolFiles.flatMap(({ btf, from }) =>
      btf === undefined
        ? []
        : [
            {
              name: `the BTF of ${from}`,
              open: () => btfTypes(btf, { from: `BTF of ${from}`, wordSizeInBits }),
            },
          ],
    );
  }

  /**
   * The kernel's own note comes before the file's: after a kexec, the file's may be the previous
   * kernel's.
   */
  #findVmcoreInfo(): VmcoreInfo {
    const own = ownVmcoreInfo(this);
    const ofFile = this.dump.vmcoreinfo;
    if (own !== undefined) {
      return new VmcoreInfo(own.text);
    }
    return ofFile !== null && isVmcoreInfoOf(this.dump, ofFile, this.located, this.symbols)
      ? ofFile
      : (noteOfSymbols(this.dump, this.#carved, this.#vmcoreInfoPlaces) ?? new VmcoreInfo(''));
  }
}

/** Only the kernel's own table costs pages; a file is read already. */
function cacheSymbols(
  { symbols, memory }: KernelView,
  { buildId }: LocatedKernel,
  cache: KernelCache | undefined,
  remarks: string[],
): void {
  if (cache !== undefined && buildId !== null && symbols instanceof KallsymsTable) {
    const { parts } = symbols;
    symbols.beforeNext(() => {
      const refused = useCache(parts, memory, { cache, buildId, part: 'symbols' });
      if (refused !== undefined) {
        remarks.push(refused);
      }
    });
  }
}
