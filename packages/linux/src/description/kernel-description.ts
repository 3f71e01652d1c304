import {
  type Dump,
  type KernelMappings,
  type KernelView,
  type LocatedKernel,
  noSymbols,
  type Progress,
  VmcoreInfo,
} from '@vmcorekit/core';
import { statedPageSize } from '../page-size.ts';
import { type KernelVmcoreInfo, synthesisedVmcoreInfo, vmcoreInfoOf } from './kernel-vmcoreinfo.ts';
import { mappingsOf } from './mappings.ts';
import { timestampOf } from './timestamp.ts';
import { type Utsname, utsnameOf, utsnameOfBanner } from './utsname.ts';

/** What a dump of this kernel should state in its header and notes. */
export interface KernelDescription {
  readonly kernel: LocatedKernel;
  /** Only strings that were read in memory. */
  readonly utsname: Utsname;
  /**
   * The guest's wall clock when its memory was captured, in seconds since 1970. Null where memory
   * does not show it.
   */
  readonly timestamp: number | null;
  readonly vmcoreinfo: KernelVmcoreInfo;
  /** The size of the kernel's pages; null where it is not proved. */
  readonly pageSizeInBytes: number | null;
  readonly mappings: KernelMappings;
}

/** Describes a located kernel; `view` is null where no page tables map its memory. */
export function* describeKernel(
  dump: Dump,
  located: LocatedKernel,
  view: KernelView | null,
): Generator<Progress, KernelDescription, void> {
  const found = yield* vmcoreInfoOf(dump, located, view);
  const pageSizeInBytes = provedPageSize(
    dump,
    located,
    found === undefined ? null : new VmcoreInfo(found.text),
  );
  const vmcoreinfo =
    found ??
    synthesisedVmcoreInfo(dump.layout, located, view?.symbols ?? noSymbols, pageSizeInBytes);
  const info = new VmcoreInfo(vmcoreinfo.text);
  const utsname = view === null ? undefined : utsnameOf(view, info, located.release);
  return {
    kernel: located,
    utsname: utsname ?? { ...utsnameOfBanner(located.banner ?? ''), ...machineOf(dump) },
    timestamp: timestampOf(view, info),
    vmcoreinfo,
    pageSizeInBytes,
    mappings: mappingsOf(dump, located, view),
  };
}

/** The machine as `uname -m` prints it. */
function machineOf({ architecture }: Dump): Utsname {
  const machine = architecture?.machines.utsname[0] ?? architecture?.name;
  return machine === undefined ? {} : { machine };
}

/**
 * The kernel's page size: as its VMCOREINFO states it, else as its page tables show it. Null where
 * the architecture has several and neither says which.
 */
function provedPageSize(
  dump: Dump,
  { root }: LocatedKernel,
  info: VmcoreInfo | null,
): number | null {
  const sizes = dump.architecture?.pageSizesInBytes ?? [];
  const ofTables = root?.tableAddress == null ? undefined : root.basePageSizeInBytes;
  const only = sizes.length === 1 ? sizes[0] : undefined;
  return (
    (info === null ? undefined : statedPageSize(dump, info)) ??
    [ofTables, only].find((size) => size !== undefined && sizes.includes(size)) ??
    null
  );
}
