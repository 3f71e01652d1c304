import { type Fact, notProved, proved } from './fact.ts';
import { readVariable, type Variables } from './read-variable.ts';

/** More than any machine has: 2^52 bytes. */
const maxBytes = 2n ** 52n;

/**
 * The memory that the kernel gives out, in bytes: MemTotal of /proc/meminfo, which is less than the
 * RAM that is there. Source: Linux, mm/page_alloc.c, later mm/show_mem.c (`_totalram_pages`, an
 * atomic_long_t, since 5.0; before `totalram_pages`, an unsigned long).
 */
export function usableMemoryOf(kernel: Variables, pageSizeInBytes: number): Fact<number> {
  const { memory } = kernel;
  return readVariable(
    kernel,
    ['_totalram_pages', 'totalram_pages'],
    (address, name): Fact<number> => {
      const bytes = memory.readPointer(address) * BigInt(pageSizeInBytes);
      return bytes === 0n || bytes > maxBytes
        ? notProved(`${name} holds a number that no machine has`)
        : proved(Number(bytes), name);
    },
  );
}
