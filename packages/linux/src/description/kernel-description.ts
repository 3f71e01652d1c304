import {
  type Dump,
  type KernelMappings,
  type KernelView,
  type LocatedKernel,
  noSymbols,
  type Progress,
  tryRead,
  VmcoreInfo,
} from '@vmcorekit/core';
import { type KernelVmcoreInfo, synthesisedVmcoreInfo, vmcoreInfoOf } from './kernel-vmcoreinfo.ts';
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
  readonly mappings: KernelMappings;
}

/** Describes a located kernel; `view` is null where no page tables map its memory. */
export function* describeKernel(
  dump: Dump,
  located: LocatedKernel,
  view: KernelView | null,
): Generator<Progress, KernelDescription, void> {
  const found = yield* vmcoreInfoOf(dump, located, view);
  const vmcoreinfo =
    found ??
    synthesisedVmcoreInfo(located, view?.symbols ?? noSymbols, dump.image.memory.pageSizeInBytes);
  const info = new VmcoreInfo(vmcoreinfo.text);
  const utsname = view === null ? undefined : utsnameOf(view, info, located.release);
  return {
    kernel: located,
    utsname: utsname ?? { ...utsnameOfBanner(located.banner ?? ''), ...machineOf(dump) },
    timestamp: timestampOf(view, info),
    vmcoreinfo,
    mappings: mappingsOf(located, view),
  };
}

/** The machine as `uname -m` prints it. */
function machineOf({ architecture }: Dump): Utsname {
  const machine = architecture?.machines.utsname[0] ?? architecture?.name;
  return machine === undefined ? {} : { machine };
}

/**
 * Where the kernel maps its image and all memory. `page_offset_base`, where its symbol is known,
 * holds the start of the latter.
 */
function mappingsOf(
  { textVirtualAddress, textPhysicalAddress }: LocatedKernel,
  view: KernelView | null,
): KernelMappings {
  const pointer = view?.symbols.find('page_offset_base')?.address;
  const directMapStart =
    pointer === undefined || view === null || view.memory.wordSizeInBits === 32
      ? undefined
      : tryRead(() => view.memory.readUint64(pointer));
  const end = view?.symbols.find('_end')?.address;
  const kernelImage =
    textVirtualAddress === null ||
    textPhysicalAddress === null ||
    end === undefined ||
    end <= textVirtualAddress
      ? undefined
      : {
          virtualAddress: textVirtualAddress,
          physicalAddress: textPhysicalAddress,
          lengthInBytes: Number(end - textVirtualAddress),
        };
  return {
    ...(directMapStart === undefined ? {} : { directMapStart }),
    ...(kernelImage === undefined ? {} : { kernelImage }),
  };
}
