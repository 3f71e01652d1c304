import {
  type Analyzer,
  type Dump,
  type KernelMappings,
  type LocatedKernel,
  type SymbolTable,
  tryRead,
  type Verdict,
  VmcoreInfo,
} from '@vmcorekit/core';
import { type KernelVmcoreInfo, synthesisedVmcoreInfo, vmcoreInfoOf } from './kernel-vmcoreinfo.ts';
import { timestampOf } from './timestamp.ts';
import { type Utsname, utsnameOf, utsnameOfBanner } from './utsname.ts';

/** What a dump of this kernel should say in its header and notes. */
export interface KernelDescription {
  readonly kernel: LocatedKernel;
  /** Only what was read in memory. */
  readonly utsname: Utsname;
  /** The guest's wall clock when its memory was captured, in seconds since 1970; null where memory does not tell. */
  readonly timestamp: number | null;
  readonly vmcoreinfo: KernelVmcoreInfo;
  readonly mappings: KernelMappings;
}

/** Describes the located kernel; `data` is a `KernelDescription`, or null without a kernel. */
export const kernelDescription: Analyzer = {
  name: 'kernel-description',
  summary: 'what a dump of the located kernel should say in its header and notes',
  options: {},
  *run({ dump, verdict, space, symbols }) {
    const { kernel } = verdict;
    if (kernel === null) {
      return { text: ['no kernel'], data: null };
    }
    const found = yield* vmcoreInfoOf(dump, kernel, space, symbols);
    const vmcoreinfo = found ?? synthesisedVmcoreInfo(kernel, symbols, dump.image.memory.pageSizeInBytes);
    const utsname = space === null ? undefined : utsnameOf(space, symbols, new VmcoreInfo(vmcoreinfo.text), kernel.release);
    const data: KernelDescription = {
      kernel,
      utsname: utsname ?? { ...utsnameOfBanner(kernel.banner ?? ''), ...machineOf(dump) },
      timestamp: timestampOf(space, symbols, dump.image.byteOrder, dump.image.wordSizeInBits, new VmcoreInfo(vmcoreinfo.text)),
      vmcoreinfo,
      mappings: mappingsOf(dump, verdict, space, symbols),
    };
    const time = data.timestamp === null ? [] : [`timestamp ${new Date(data.timestamp * 1000).toISOString()}`];
    return { text: [...Object.entries(data.utsname).map(([name, value]) => `${name} ${value}`), ...time], data };
  },
};

/** As `uname -m` says it where 32-bit x86 is meant: no kernel today runs on less. */
function machineOf({ architecture }: Dump): Utsname {
  return architecture === null ? {} : { machine: architecture.name === 'i386' ? 'i686' : architecture.name };
}

/** Where the kernel maps its image and all memory: `page_offset_base`, where its symbol is known, holds the start of the latter. */
function mappingsOf(
  dump: Dump,
  { kernel }: Verdict,
  space: Parameters<Analyzer['run']>[0]['space'],
  symbols: SymbolTable | null,
): KernelMappings {
  const pointer = symbols?.addressOf('page_offset_base');
  const directMapStart =
    space === null || pointer === undefined || dump.image.wordSizeInBits === 32
      ? undefined
      : tryRead(() => space.readUint64(pointer));
  const { textVirtualAddress, textPhysicalAddress } = kernel ?? {};
  const end = symbols?.addressOf('_end');
  const kernelImage =
    textVirtualAddress == null || textPhysicalAddress == null || end === undefined || end <= textVirtualAddress
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
