import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * Hyper-V's disks: VHD, whose footer a dynamic one repeats at its head, and VHDX. Source:
 * Microsoft, [MS-VHDX].
 */
export const vhd: DumpFormat = signatureFormat({
  name: 'vhd',
  summary: 'a Hyper-V disk (VHD), not a dump',
  advice: 'it does not hold the memory: capture that in the machine, with kdump',
  holds: 'no-memory',
  probe: magicAt(0, 'vhdxfile', 'conectix'),
});
