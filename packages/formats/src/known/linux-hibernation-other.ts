import { type DumpFormat, firstOf, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

const marks = [
  magicAt(4096 - 10, 'ULSUSPEND'),
  ...[16384, 65536].map((pageSizeInBytes) =>
    magicAt(pageSizeInBytes - 10, 'S1SUSPEND', 'ULSUSPEND'),
  ),
];

/**
 * A swap area with a hibernated Linux that is not read. The last ten bytes of its first page say
 * so; pages are 16 or 64 KiB, or uswsusp wrote them. Source: Linux kernel/power/swap.c, and
 * uswsusp's mark.
 */
export const linuxHibernationOther: DumpFormat = signatureFormat({
  name: 'linux-hibernation-other',
  summary: 'a swap area with a hibernated Linux of large pages, or of uswsusp',
  advice:
    'no tool can convert it to a dump: resume that machine and capture its memory with kdump or dump-guest-memory',
  probe: firstOf(...marks),
});
