import { type Kernel, tryRead } from '@vmcorekit/core';
import { wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import type { Amount } from './vm-counters.ts';

/** MAX_SWAPFILES. */
const maxSwapFiles = 32;
/** A space has 64 MiB of swap (SWAP_ADDRESS_SPACE_SHIFT), so this is 4 TiB. */
const maxSpaces = 2 ** 16;

/**
 * The pages of the swap cache before Linux 5.12, which has no counter of them. Undefined where they
 * cannot be counted. Source: Linux 5.10, mm/swap_state.c (total_swapcache_pages).
 */
export function oldSwapCachePages(kernel: Kernel): Amount | undefined {
  const { memory, symbols } = kernel;
  const [spaces, counts] = ['swapper_spaces', 'nr_swapper_spaces'].map(
    (name) => symbols.find(name)?.address,
  );
  const reader = knownReader(kernel, 'address_space', { pages: wide('nrpages') });
  const size = BigInt(reader?.type.sizeInBytes ?? 0);
  if (spaces === undefined || counts === undefined || reader === undefined || size === 0n) {
    return undefined;
  }
  const word = memory.wordSizeInBits / 8;
  // The array has no more elements than fit before the next symbol.
  const known = symbols.find('swapper_spaces')?.sizeInBytes ?? word * maxSwapFiles;
  const pages = tryRead(() => {
    let sum = 0n;
    for (let type = 0; type < Math.min(maxSwapFiles, Math.floor(known / word)); type++) {
      const first = memory.readPointer(spaces + BigInt(type * word));
      const count = memory.readUint32(counts + BigInt(type * 4));
      if (first === 0n || count > maxSpaces) {
        continue;
      }
      for (let index = 0n; index < BigInt(count); index++) {
        sum += reader.read(first + index * size).pages;
      }
    }
    return sum;
  });
  return pages === undefined ? undefined : { shown: pages, exact: pages, from: 'swapper_spaces' };
}
