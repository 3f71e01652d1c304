import type {
  MappedRun,
  Mmu,
  PhysicalMemory,
  PhysicalRange,
  TranslationRoot,
  VirtualRange,
} from '@vmcorekit/core';

/** Physical memory, and the address in the space searched at which it begins. */
export interface Stretch extends PhysicalRange {
  readonly address: bigint;
}

/** Physical memory between two addresses, ascending: what the dump says exists. */
export function* physicalStretches(
  { ranges }: Pick<PhysicalMemory, 'ranges'>,
  from: bigint,
  to: bigint,
): Generator<Stretch, void, void> {
  for (const range of ranges) {
    const start = from > BigInt(range.start) ? Number(from) : range.start;
    const end = to < BigInt(range.end) ? Number(to) : range.end;
    if (start < end) {
      yield { address: BigInt(start), start, end };
    }
  }
}

/** More than a kernel maps that uses large pages; a hostile table maps one page for ever. */
export const maxRuns: number = 2 ** 22;

/** Virtual memory between two addresses, ascending, as page tables map it. */
export function* virtualStretches(
  memory: PhysicalMemory,
  mmu: Mmu,
  root: TranslationRoot,
  { start, end }: VirtualRange,
): Generator<Stretch, void, void> {
  for (const run of mmu.mappedRuns(memory, root, start, end, maxRuns)) {
    const cut = cutRun(run, start, end);
    if (cut !== undefined) {
      yield cut;
    }
  }
}

/** What of a run lies in a range: runs are whole pages. */
function cutRun(
  { virtualAddress, physicalAddress, lengthInBytes }: MappedRun,
  start: bigint,
  end: bigint,
): Stretch | undefined {
  const before = start > virtualAddress ? Number(start - virtualAddress) : 0;
  const runEnd = virtualAddress + BigInt(lengthInBytes);
  const after = end < runEnd ? Number(runEnd - end) : 0;
  return before + after >= lengthInBytes
    ? undefined
    : {
        address: virtualAddress + BigInt(before),
        start: physicalAddress + before,
        end: physicalAddress + lengthInBytes - after,
      };
}
