import {
  type Kernel,
  type KernelCpu,
  type KernelView,
  type LocatedKernel,
  TranslatedMemory,
  type TypeTable,
  VmcoreInfo,
  VmcorekitError,
} from '@vmcorekit/core';
import { kernelCpus } from './kernel-cpus.ts';
import { ownVmcoreInfo } from './vmcoreinfo/own-vmcoreinfo.ts';
import { isVmcoreInfoOf } from './vmcoreinfo/vmcoreinfo-of-kernel.ts';
import { vmcoreInfoTypes } from './vmcoreinfo/vmcoreinfo-types.ts';

/** The kernel that a verdict located, seen through its own root. What few ask for is read when it is first asked for. */
export function openKernel(view: KernelView, located: LocatedKernel): Kernel {
  return new LinuxKernel(view, located);
}

class LinuxKernel implements Kernel {
  readonly dump: Kernel['dump'];
  readonly root: Kernel['root'];
  readonly runs: Kernel['runs'];
  readonly memory: Kernel['memory'];
  readonly symbols: Kernel['symbols'];
  readonly located: LocatedKernel;
  readonly #view: KernelView;
  #vmcoreinfo: VmcoreInfo | undefined;
  #types: TypeTable | undefined;
  #cpus: readonly KernelCpu[] | undefined;

  constructor(view: KernelView, located: LocatedKernel) {
    this.#view = view;
    this.dump = view.dump;
    this.root = view.root;
    this.runs = view.runs;
    this.memory = view.memory;
    this.symbols = view.symbols;
    this.located = located;
  }

  get vmcoreinfo(): VmcoreInfo {
    this.#vmcoreinfo ??= this.#findVmcoreInfo();
    return this.#vmcoreinfo;
  }

  get types(): TypeTable {
    this.#types ??= vmcoreInfoTypes(this.vmcoreinfo);
    return this.#types;
  }

  get cpus(): readonly KernelCpu[] {
    this.#cpus ??= kernelCpus(this.#view);
    return this.#cpus;
  }

  memoryThrough(root: Kernel['root']): Kernel['memory'] {
    const mmu = this.dump.architecture?.mmu;
    if (mmu === undefined) {
      throw new VmcorekitError('contract', { what: 'a kernel was opened in a dump whose page tables are not known' });
    }
    return new TranslatedMemory(this.dump.image.memory, mmu, root, this.memory);
  }

  /** The kernel's own note before the file's: after a kexec the file's may be of the kernel before. */
  #findVmcoreInfo(): VmcoreInfo {
    const own = ownVmcoreInfo(this);
    const ofFile = this.dump.vmcoreinfo;
    if (own !== undefined) {
      return new VmcoreInfo(own.text);
    }
    return ofFile !== null && isVmcoreInfoOf(this.dump, ofFile, this.located, this.symbols) ? ofFile : new VmcoreInfo('');
  }
}
