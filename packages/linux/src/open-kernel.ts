import {
  type Kernel,
  type KernelCpu,
  type KernelView,
  type LocatedKernel,
  type SymbolTable,
  TranslatedMemory,
  type TypeTable,
  VmcoreInfo,
  VmcorekitError,
} from '@vmcorekit/core';
import { kernelCpus } from './kernel-cpus.ts';
import { symbolsWithFiles } from './symbols/symbols-with-files.ts';
import { btfInMemory } from './types/btf-in-memory.ts';
import { btfTypes } from './types/btf-types.ts';
import { kernelTypes, type TypeSource } from './types/kernel-types.ts';
import { ownVmcoreInfo } from './vmcoreinfo/own-vmcoreinfo.ts';
import { isVmcoreInfoOf } from './vmcoreinfo/vmcoreinfo-of-kernel.ts';
import { vmcoreInfoTypes } from './vmcoreinfo/vmcoreinfo-types.ts';

/**
 * Opens the kernel that a verdict located, seen through its own root. What few callers need is read
 * when first asked for. `symbolFiles` are files that the search proved to match this kernel.
 */
export function openKernel(
  view: KernelView,
  located: LocatedKernel,
  symbolFiles: readonly SymbolTable[] = [],
): Kernel {
  return new LinuxKernel(view, located, symbolFiles);
}

class LinuxKernel implements Kernel {
  readonly dump: Kernel['dump'];
  readonly root: Kernel['root'];
  readonly runs: Kernel['runs'];
  readonly memory: Kernel['memory'];
  readonly symbols: Kernel['symbols'];
  readonly located: LocatedKernel;
  readonly #symbolFiles: readonly SymbolTable[];
  #vmcoreinfo: VmcoreInfo | undefined;
  #types: TypeTable | undefined;
  #cpus: readonly KernelCpu[] | undefined;

  constructor(view: KernelView, located: LocatedKernel, symbolFiles: readonly SymbolTable[]) {
    this.#symbolFiles = symbolFiles;
    this.dump = view.dump;
    this.root = view.root;
    this.runs = view.runs;
    this.memory = view.memory;
    this.symbols = symbolsWithFiles(view.symbols, located, symbolFiles);
    this.located = located;
  }

  get vmcoreinfo(): VmcoreInfo {
    this.#vmcoreinfo ??= this.#findVmcoreInfo();
    return this.#vmcoreinfo;
  }

  get types(): TypeTable {
    this.#types ??= kernelTypes(vmcoreInfoTypes(this.vmcoreinfo), [
      { name: "the kernel's own BTF", open: () => btfInMemory(this) },
      ...this.#btfOfFiles(),
    ]);
    return this.#types;
  }

  get cpus(): readonly KernelCpu[] {
    this.#cpus ??= kernelCpus(this);
    return this.#cpus;
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
      : new VmcoreInfo('');
  }
}
