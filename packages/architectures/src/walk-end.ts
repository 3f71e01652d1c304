import {
  type Mmu,
  type PhysicalMemory,
  type Translation,
  type TranslationRoot,
  VmcorekitError,
} from '@vmcorekit/core';
import type { Unmapped } from './not-present.ts';

/** What a walk finds: a mapping, or why an address has none. */
export type WalkEnd = Translation | Unmapped;

export function isUnmapped(end: WalkEnd): end is Unmapped {
  return 'because' in end;
}

/** `translate` and `gapAt` of a processor by one walk, so that they agree. */
export function byWalk(
  walk: (memory: PhysicalMemory, root: TranslationRoot, virtualAddress: bigint) => WalkEnd,
): Required<Pick<Mmu, 'translate' | 'gapAt'>> {
  return {
    translate(memory, root, virtualAddress) {
      const end = walk(memory, root, virtualAddress);
      if (isUnmapped(end)) {
        throw new VmcorekitError('not-mapped', end);
      }
      return end;
    },
    gapAt(memory, root, virtualAddress) {
      const end = walk(memory, root, virtualAddress);
      return isUnmapped(end) ? end : undefined;
    },
  };
}
