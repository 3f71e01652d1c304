import { hex, type Kernel, type KernelModule } from '@vmcorekit/core';
import { type HiddenModule, type ModuleParameter, moduleDetails } from '@vmcorekit/linux';

/** What `mod` says of a module, for programs. Addresses are texts; null means "not proved". */
export interface ModModule {
  /** Of its `struct module`. */
  readonly address: string;
  readonly name: string;
  readonly base: string | null;
  /** In bytes, as /proc/modules shows it. */
  readonly size: number | null;
  readonly state: string | null;
  readonly uses: number | null;
  readonly usedBy: readonly string[] | null;
  readonly taints: string | null;
  readonly buildId: string | null;
  readonly memory: readonly {
    readonly kind: string;
    readonly base: string;
    readonly size: number;
  }[];
  readonly seenBy: readonly string[];
  readonly doubts: readonly string[];
  /** Where modules were asked for by name. */
  readonly details?: ModDetails;
}

export interface ModDetails {
  readonly version: string | null;
  readonly srcversion: string | null;
  readonly args: string | null;
  /** The number of its symbols. */
  readonly symbols: number | null;
  readonly parameters: readonly ModuleParameter[] | null;
  readonly sections: readonly { readonly name: string; readonly address: string }[] | null;
}

/** A module that the kernel's list does not have. */
export interface ModHidden {
  readonly address: string;
  readonly name: string;
  readonly seenBy: readonly string[];
  readonly reason: HiddenModule['reason'];
  readonly because: string;
}

export interface ModReport {
  /** In the order of the kernel's list, then those that it does not have. */
  readonly modules: readonly ModModule[];
  readonly hidden: readonly ModHidden[];
}

export function modModule(module: KernelModule): ModModule {
  const { address, name, base, sizeInBytes, memory } = module;
  return {
    address: hex(address),
    name,
    base: base === null ? null : hex(base),
    size: sizeInBytes,
    state: module.state,
    uses: module.uses,
    usedBy: module.usedBy,
    taints: module.taints,
    buildId: module.buildId,
    memory: memory.map((range) => ({
      kind: range.kind,
      base: hex(range.base),
      size: range.sizeInBytes,
    })),
    seenBy: module.seenBy,
    doubts: module.doubts,
  };
}

export function modDetails(kernel: Kernel, module: KernelModule): ModDetails {
  const details = moduleDetails(kernel, module);
  return {
    version: details.version,
    srcversion: details.srcversion,
    args: details.args,
    symbols: details.symbols,
    parameters: details.parameters,
    sections:
      details.sections?.map(({ name, address }) => ({ name, address: hex(address) })) ?? null,
  };
}

export function modHidden({ module, reason, because }: HiddenModule): ModHidden {
  const { address, name, seenBy } = module;
  return { address: hex(address), name, seenBy, reason, because };
}
