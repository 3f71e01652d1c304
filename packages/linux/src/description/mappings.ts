import {
  type Dump,
  type KernelMappings,
  type KernelView,
  type LocatedKernel,
  tryRead,
} from '@vmcorekit/core';
import { imageOffsetOf, kernelImageThrough, physicalAddressIn } from '../kernel-image.ts';

/** Low memory of a 32-bit kernel has some runs, one for each change of rights. */
const maxLowRuns = 4096;

/**
 * Where the kernel maps its image and all memory, as /proc/vmcore states it. A kernel whose image
 * lies within the linear map has no mapping of its image alone.
 */
export function mappingsOf(
  dump: Dump,
  located: LocatedKernel,
  view: KernelView | null,
): KernelMappings {
  const linearMap = linearMapOf(dump, located, view);
  const kernelImage =
    linearMap?.offset === located.imageOffset ? undefined : imageOf(dump, located, view);
  return {
    ...(linearMap === undefined ? {} : { linearMap }),
    ...(kernelImage === undefined ? {} : { kernelImage }),
  };
}

function linearMapOf(
  dump: Dump,
  located: LocatedKernel,
  view: KernelView | null,
): KernelMappings['linearMap'] {
  const { wordSizeInBits } = located;
  const offset =
    located.linearMapOffset ??
    pageOffsetBase(view) ??
    (dump.layout?.isOffsetShared === true ? located.imageOffset : undefined);
  if (offset === undefined || wordSizeInBits === 64) {
    return offset === undefined ? undefined : { offset, wordSizeInBits };
  }
  const end = endOfLowMemory(dump, located, offset);
  return end === undefined ? undefined : { offset, wordSizeInBits, end };
}

/** `page_offset_base`, where its symbol is known, holds the start of x86-64's linear map. */
function pageOffsetBase(view: KernelView | null): bigint | undefined {
  const pointer = view?.symbols.find('page_offset_base')?.address;
  return pointer === undefined || view === null || view.memory.wordSizeInBits === 32
    ? undefined
    : tryRead(() => view.memory.readUint64(pointer));
}

/**
 * The end of the memory that a 32-bit kernel maps linearly. Above it come the vmalloc areas, with
 * other offsets. Undefined where no page table shows it.
 */
function endOfLowMemory(
  { architecture, image: { memory } }: Dump,
  { root }: LocatedKernel,
  offset: bigint,
): number | undefined {
  const lowest = memory.ranges[0]?.start;
  if (root === null || lowest === undefined || architecture?.mmu === undefined) {
    return undefined;
  }
  const from = BigInt.asUintN(32, offset + BigInt(lowest));
  let end: number | undefined;
  for (const run of architecture.mmu.mappedRuns(memory, root, from, 2n ** 32n, maxLowRuns)) {
    if (BigInt.asUintN(32, imageOffsetOf(run)) !== BigInt.asUintN(32, offset)) {
      break;
    }
    end = run.physicalAddress + run.lengthInBytes;
  }
  return end;
}

/** The image ends at `_end`; without that symbol, with the last of its mappings. */
function imageOf(
  dump: Dump,
  { imageOffset, textVirtualAddress, root }: LocatedKernel,
  view: KernelView | null,
): KernelMappings['kernelImage'] {
  const symbol = view?.symbols.find('_end')?.address;
  const image =
    root === null || (symbol !== undefined && textVirtualAddress !== null)
      ? undefined
      : kernelImageThrough(dump, root);
  const runs = image?.imageOffset === imageOffset ? image.runs : [];
  const last = runs.at(-1);
  const virtualAddress = textVirtualAddress ?? runs[0]?.virtualAddress;
  const end =
    symbol ?? (last === undefined ? undefined : last.virtualAddress + BigInt(last.lengthInBytes));
  return virtualAddress === undefined || end === undefined || end <= virtualAddress
    ? undefined
    : {
        virtualAddress,
        physicalAddress: physicalAddressIn(imageOffset, virtualAddress),
        lengthInBytes: Number(end - virtualAddress),
      };
}
