import type { Architecture, Mmu, TranslationRoot } from '@vmcorekit/core';

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
