import { type Kernel, tryRead } from '@vmcorekit/core';
import { pageSizeOf } from '../page-size.ts';
import { number, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import type { MemoryFigure } from './memory-figure.ts';

/** HUGE_MAX_HSTATE is 2 on most architectures, and never more than this. */
const maxSizes = 16;
/** No huge page has more base pages than 2 to this power. */
const maxOrder = 32;

/** The lines of /proc/meminfo on pages of the hugetlb pool. */
export interface HugePages {
  readonly lines: readonly MemoryFigure[];
  /** All that the pool holds, in base pages; null where that is not proved. */
  readonly pages: bigint | null;
}

/** Source: Linux, mm/hugetlb.c (hugetlb_report_meminfo). A kernel without hugetlb has none. */
export function hugePagesOf(kernel: Kernel): HugePages {
  const { symbols, memory } = kernel;
  const [states, countAt, defaultAt] = ['hstates', 'hugetlb_max_hstate', 'default_hstate_idx'].map(
    (name) => symbols.find(name)?.address,
  );
  if (states === undefined) {
    return { lines: [], pages: symbols.size === 0 ? null : 0n };
  }
  const reader = knownReader(kernel, 'hstate', {
    order: number('order'),
    total: wide('nr_huge_pages'),
    free: wide('free_huge_pages'),
    reserved: wide('resv_huge_pages'),
    surplus: wide('surplus_huge_pages'),
  });
  const count = countAt === undefined ? undefined : tryRead(() => memory.readUint32(countAt));
  const byDefault =
    defaultAt === undefined ? undefined : tryRead(() => memory.readUint32(defaultAt));
  if (reader === undefined || count === undefined || count > maxSizes) {
    return { lines: [], pages: null };
  }
  const lines: MemoryFigure[] = [];
  const kibInPage = BigInt(pageSizeOf(kernel) / 1024);
  let pages = 0n;
  for (let index = 0; index < count; index++) {
    const size = BigInt(reader.type.sizeInBytes ?? 0);
    const values = reader.tryRead(states + BigInt(index) * size);
    if (values === undefined || values.order > maxOrder) {
      return { lines: [], pages: null };
    }
    pages += values.total << BigInt(values.order);
    if (index === byDefault) {
      const of = (name: string, value: bigint): MemoryFigure => ({
        name,
        unit: 'pages of that size',
        value,
        shown: value,
        from: 'hstates',
      });
      const pageKib = kibInPage << BigInt(values.order);
      lines.push(
        of('HugePages_Total', values.total),
        of('HugePages_Free', values.free),
        of('HugePages_Rsvd', values.reserved),
        of('HugePages_Surp', values.surplus),
        { ...of('Hugepagesize', pageKib), unit: 'KiB' },
      );
    }
  }
  const kib = pages * kibInPage;
  return {
    lines: [...lines, { name: 'Hugetlb', unit: 'KiB', value: kib, shown: kib, from: 'hstates' }],
    pages,
  };
}
