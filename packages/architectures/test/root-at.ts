import type {
  Architecture,
  Mmu,
  PhysicalMemory,
  TranslationRoot,
  VirtualRange,
} from '@vmcorekit/core';

/** The processor's own walks, of an architecture that has them. */
export function mmuOf({ name, mmu }: Architecture): Mmu {
  if (mmu === undefined) {
    throw new Error(`${name} has no page tables`);
  }
  return mmu;
}

/** The root at a table with so many levels. */
export function rootAt(
  architecture: Architecture,
  tableAddress: number,
  levels: number,
): TranslationRoot {
  const root = mmuOf(architecture)
    .rootsAt(tableAddress)
    .find((each) => each.levels === levels);
  if (root === undefined) {
    throw new Error(`${architecture.name} has no tables of ${levels} levels`);
  }
  return root;
}

/** The roots that a processor's search finds, in its order. */
export function rootsFound(
  architecture: Architecture,
  memory: PhysicalMemory,
  window: VirtualRange,
): TranslationRoot[] {
  return Array.from(mmuOf(architecture).findRoots?.(memory, window) ?? []).flatMap((step) =>
    'kind' in step ? [] : [step.root],
  );
}

export function keysOf(roots: readonly TranslationRoot[]): string[] {
  return roots.map(({ key }) => key);
}
