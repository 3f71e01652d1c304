import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * The old diskdump of RHEL 3 and 4. KDUMP grew out of it, but its header differs. Source: crash's
 * documentation of dump formats.
 */
export const diskdump: DumpFormat = signatureFormat({
  name: 'diskdump',
  summary: 'an old DISKDUMP dump',
  advice: 'open it with crash, which still reads it: crash VMLINUX FILE',
  probe: magicAt(0, 'DISKDUMP'),
});
