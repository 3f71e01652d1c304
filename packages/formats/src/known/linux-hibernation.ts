import { type DumpFormat, firstOf, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

const marks = [4096, 16384, 65536].map((pageSizeInBytes) =>
  magicAt(pageSizeInBytes - 10, 'S1SUSPEND', 'ULSUSPEND'),
);

/**
 * A swap area that holds a hibernated Linux. The last ten bytes of its first page say so; pages are
 * 4, 16 or 64 KiB. Source: Linux kernel/power/swap.c, and uswsusp's mark.
 */
export const linuxHibernation: DumpFormat = signatureFormat({
  name: 'linux-hibernation',
  summary: 'a swap area with a hibernated Linux',
  advice:
    'no tool can convert it to a dump: resume that machine and capture its memory with kdump or dump-guest-memory',
  probe: firstOf(...marks),
});
