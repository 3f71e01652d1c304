import type { Dump, LocatedKernel, MappedRun, TranslationRoot } from '@vmcorekit/core';
import { vmcoreInfoClaim } from '@vmcorekit/linux';
import { type FilledRoot, filledMmu } from './filled-mmu.ts';

/**
 * A kernel seen without the tables of its image, which its dump does not have: riscv64's
 * /proc/vmcore lacks the memory that the kernel reserved early, and its tables lie there.
 */
export interface KnownPlace extends FilledRoot {
  /** The same dump, whose processor knows the root. */
  readonly dump: Dump;
}

/**
 * Builds the virtual memory of a kernel from what the search proved of it: where its image lies,
 * and where it maps all memory, if it did. The root that the file's VMCOREINFO names maps the rest,
 * as far as its tables are there. Undefined where the search proved no text, or where kernels share
 * an image offset and so a window shows them.
 */
export function knownPlace(dump: Dump, located: LocatedKernel): KnownPlace | undefined {
  const { architecture, layout, image } = dump;
  const mmu = architecture?.mmu;
  const imageRun = imageRunOf(dump, located);
  const linearRun = linearRunOf(dump, located);
  if (
    architecture === null ||
    mmu === undefined ||
    layout?.isOffsetShared !== false ||
    image.tableFrames !== undefined ||
    imageRun === undefined
  ) {
    return undefined;
  }
  const tables = tablesOf(dump, located);
  const root: TranslationRoot = {
    ...(tables ?? { basePageSizeInBytes: 4096, tableAddress: null, levels: null }),
    key: `${tables?.key ?? 'no tables'}, ${located.imageOffset}, ${located.linearMapOffset}`,
    summary:
      linearRun === undefined
        ? 'the image, as VMCOREINFO places it'
        : 'the image and the linear map that VMCOREINFO states',
  };
  const runs = [imageRun, ...(linearRun === undefined ? [] : [linearRun])].sort((one, other) =>
    one.virtualAddress < other.virtualAddress ? -1 : 1,
  );
  const filled: FilledRoot = { root, tables, runs };
  return {
    ...filled,
    dump: { ...dump, architecture: { ...architecture, mmu: filledMmu(mmu, filled) } },
  };
}

/**
 * From the text to the end of the memory that holds it. Rights are in the tables alone. These only
 * make the image known as one; `translate` gives none.
 */
function imageRunOf({ image }: Dump, located: LocatedKernel): MappedRun | undefined {
  const { textVirtualAddress, textPhysicalAddress: text } = located;
  const range = image.memory.ranges.find(
    ({ start, end }) => text !== null && start <= text && text < end,
  );
  return text === null || textVirtualAddress === null || range === undefined
    ? undefined
    : {
        virtualAddress: textVirtualAddress,
        physicalAddress: text,
        lengthInBytes: range.end - text,
        isWritable: true,
        isExecutable: true,
      };
}

/** All memory, with the holes in it: a read of a hole says which page is missing. */
function linearRunOf({ image }: Dump, { linearMapOffset }: LocatedKernel): MappedRun | undefined {
  const [first] = image.memory.ranges;
  const last = image.memory.ranges.at(-1);
  return linearMapOffset === null || first === undefined || last === undefined
    ? undefined
    : {
        virtualAddress: BigInt.asUintN(64, linearMapOffset + BigInt(first.start)),
        physicalAddress: first.start,
        lengthInBytes: last.end - first.start,
        isWritable: true,
        isExecutable: false,
      };
}

function tablesOf(dump: Dump, { imageOffset }: LocatedKernel): TranslationRoot | null {
  const claim = dump.vmcoreinfo === null ? {} : vmcoreInfoClaim(dump.vmcoreinfo, dump);
  return claim.imageOffset === imageOffset ? (claim.root ?? null) : null;
}
