import type { PhysicalMemory } from '@vmcorekit/core';
import type { MemoryDamage } from './damaged-memory.ts';

/** How the pages of a mutant are damaged. */
export type DamageKind = 'lost' | 'zeroed' | 'flipped';

/** Bits that change in a page that is `flipped`. */
const bitsInPage = 4;

/** The same damage on every run: so many of the pages, chosen by the seed. */
export function chooseDamage(
  memory: PhysicalMemory,
  pages: readonly number[],
  {
    seed,
    count,
    kind,
  }: { readonly seed: number; readonly count: number; readonly kind: DamageKind },
): MemoryDamage {
  const next = randomNumbers(seed);
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, pages.length)) {
    chosen.add(pages[next() % pages.length] ?? 0);
  }
  if (kind === 'lost') {
    return { lost: chosen };
  }
  const size = memory.pageSizeInBytes;
  const changed = new Map<number, Uint8Array>();
  for (const pfn of chosen) {
    const page = kind === 'zeroed' ? new Uint8Array(size) : memory.read(pfn * size, size);
    for (let bit = 0; kind === 'flipped' && bit < bitsInPage; bit++) {
      const at = next() % (size * 8);
      page[at >> 3] = (page[at >> 3] ?? 0) ^ (1 << (at & 7));
    }
    changed.set(pfn, page);
  }
  return { changed };
}

/** Marsaglia's xorshift32 (2003), after some rounds that spread the seed. */
function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let round = 0; round < 8; round++) {
    next();
  }
  return next;
}
