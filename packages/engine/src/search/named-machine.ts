import {
  type Architecture,
  asPluginError,
  type Cpu,
  type Dump,
  type KernelLayout,
  type MappedRun,
  type Mmu,
  type TranslationRoot,
  VmcorekitError,
} from '@vmcorekit/core';
import { type CpuTables, cpuTablesOf, kernelImageThrough } from '@vmcorekit/linux';

/**
 * The calls that the search itself makes to a processor plug-in; heuristics and witnesses have all
 * of it.
 */
export interface SearchedMmu extends Pick<Mmu, 'rootOf'> {
  readonly windows: readonly TranslationRoot[];
  /** What a CPU's registers and page tables say about the kernel it runs. */
  tablesOf(cpu: Cpu): CpuTables;
  /** Undefined where the architecture does not say. */
  mapsLinearly(root: TranslationRoot): boolean | undefined;
  /** All of them as a list, at most `limit`. */
  runsOf(root: TranslationRoot, limit: number): readonly MappedRun[];
}

/** A dump's machine for the search: errors of its plug-ins carry their names. */
export interface SearchedMachine extends Pick<Dump, 'image' | 'cpus'> {
  readonly mmu: SearchedMmu | null;
  readonly layout: KernelLayout | null;
}

/**
 * The machine of a dump. Where a plug-in of it fails, the error is `plugin-failed` with its name.
 */
export function namedMachine(dump: Dump): SearchedMachine {
  const { architecture, layout, image, cpus } = dump;
  const named = layout === null ? null : namedLayout(layout);
  return {
    image,
    cpus,
    layout: named,
    mmu: architecture === null ? null : namedMmu(architecture, named, image),
  };
}

function namedMmu(
  architecture: Architecture,
  layout: KernelLayout | null,
  image: Dump['image'],
): SearchedMmu | null {
  const { name, mmu } = architecture;
  if (mmu === undefined) {
    return null;
  }
  const what = `architecture '${name}'`;
  return {
    windows: calling(what, () => (mmu.windows ?? []).map((window) => checkedRoot(what, window))),
    rootOf: (registers) => calling(what, () => mmu.rootOf(registers)),
    tablesOf: (cpu) => {
      try {
        return cpuTablesOf({ architecture, layout, image }, cpu);
      } catch {
        // A plug-in that fails here proves nothing, and the verdict stands without it.
        return { kind: 'unknown' };
      }
    },
    mapsLinearly: (root) => calling(what, () => mmu.mapsLinearly?.(image.memory, root)),
    runsOf: (root, limit) => {
      // Where an offset is shared, the place of the text cuts the image out of the linear map.
      if (layout?.isRootInImage === true && !layout.isOffsetShared) {
        const dump = { architecture, layout, image };
        return calling(what, () => kernelImageThrough(dump, root)?.runs ?? []);
      }
      const window = layout?.imageWindow(root);
      return window === undefined
        ? []
        : calling(what, () => [
            ...mmu.mappedRuns(image.memory, root, window.start, window.end, limit),
          ]);
    },
  };
}

function namedLayout(layout: KernelLayout): KernelLayout {
  const what = `kernel layout '${layout.name}'`;
  return {
    name: layout.name,
    imageAlignmentInBytes: layout.imageAlignmentInBytes,
    usualTextLinkAddress: layout.usualTextLinkAddress,
    rootTableSymbols: layout.rootTableSymbols,
    isOffsetShared: layout.isOffsetShared,
    isRootInImage: layout.isRootInImage ?? false,
    imageWindow: (root) => calling(what, () => layout.imageWindow(root)),
    imageOffsetOf: (claim) => calling(what, () => layout.imageOffsetOf(claim)),
    physBaseOf: (imageOffset) => calling(what, () => layout.physBaseOf(imageOffset)),
    numbersOf: (place) => calling(what, () => layout.numbersOf?.(place) ?? {}),
    readVmcoreInfo: (info) => calling(what, () => layout.readVmcoreInfo(info)),
  };
}

function checkedRoot(what: string, root: TranslationRoot): TranslationRoot {
  if (typeof root !== 'object' || root === null || typeof root.key !== 'string') {
    throw new VmcorekitError('plugin-failed', {
      what,
      because: 'one of its windows is no root, which has a key',
    });
  }
  return root;
}

function calling<Result>(what: string, ask: () => Result): Result {
  try {
    return ask();
  } catch (error) {
    throw asPluginError(what, error);
  }
}
