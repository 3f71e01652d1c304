import type { Mmu, TranslationRoot } from '@vmcorekit/core';
import { byWalk } from '../walk-end.ts';
import type { X86TableShape } from './entries.ts';
import { mappedRuns } from './mapped-runs.ts';
import { instructionAddress, isPaging } from './mode.ts';
import { asX86Root, type X86Root, x86Root } from './root.ts';
import { tablePages } from './table-pages.ts';
import { walk } from './walk.ts';

/** One kind of x86 paging, by its shapes. Each mode has its own `rootOf`. */
export interface X86Paging
  extends Pick<
    Mmu,
    'rootOf' | 'relatedRoots' | 'findRoots' | 'rootLook' | 'mapsLinearly' | 'entryFacts'
  > {
  /** The register that holds the instruction pointer. */
  readonly instructionPointer: string;
  /** Numbers of levels, the usual one first. */
  readonly levels: readonly number[];
  /** Throws `contract` for a number of levels that this kind does not have. */
  readonly shapeOf: (levels: number) => X86TableShape;
}

export function x86Mmu({ levels, shapeOf, instructionPointer, ...own }: X86Paging): Mmu {
  const shapeAt = (root: X86Root): X86TableShape => shapeOf(root.levels);
  return {
    ...own,
    isTranslating: isPaging,
    instructionAddress: (registers) => instructionAddress(registers, instructionPointer),
    rootsAt: (tableAddress) => levels.map((each) => x86Root(tableAddress, each)),
    ...byWalk((memory, root, virtualAddress) => {
      const x86 = asX86Root(root);
      return walk(memory, shapeAt(x86), x86, virtualAddress);
    }),
    tablePages: (memory, roots: readonly TranslationRoot[], limit) =>
      tablePages(memory, shapeAt, roots.map(asX86Root), limit),
    mappedRuns: (memory, root, from, to, limit) => {
      const x86 = asX86Root(root);
      return mappedRuns(memory, shapeAt(x86), x86, from, to, limit);
    },
  };
}
