import type { Mmu, PhysicalMemory, Progress, TranslationRoot, VirtualRange } from '@vmcorekit/core';
import { lowestIndex } from '@vmcorekit/core';
import { maxRuns, virtualStretches } from './stretches.ts';

/** The virtual addresses kept of one physical address: hostile tables map a page for ever. */
export const maxAliases = 16;
const runsPerStep = 1024;

/**
 * Under which virtual addresses page tables map physical ones: one walk for all of them. Each list
 * ascends, and holds the first 16. Null where the walk did not come to its end, so that a list may
 * lack some. Tables that cannot be read are passed over.
 */
export function* aliasesOf(
  memory: PhysicalMemory,
  mmu: Mmu,
  root: TranslationRoot,
  range: VirtualRange,
  physicalAddresses: Iterable<number>,
): Generator<Progress, ReadonlyMap<number, readonly bigint[]> | null, void> {
  const wanted = Float64Array.from(new Set(physicalAddresses)).sort();
  const aliases = new Map<number, bigint[]>(Array.from(wanted, (address) => [address, []]));
  let runs = 0;
  for (const { address, start, end } of virtualStretches(memory, mmu, root, range)) {
    for (
      let index = lowestIndex(wanted.length, (each) => (wanted[each] ?? 0) < start);
      index < wanted.length && (wanted[index] ?? 0) < end;
      index++
    ) {
      const physicalAddress = wanted[index] ?? 0;
      const list = aliases.get(physicalAddress);
      if (list !== undefined && list.length < maxAliases) {
        list.push(address + BigInt(physicalAddress - start));
      }
    }
    if (++runs % runsPerStep === 0) {
      yield { kind: 'progress', doing: 'walking page tables', fraction: null };
    }
  }
  return runs < maxRuns ? aliases : null;
}
