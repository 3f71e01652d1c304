import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * Hyper-V's disks: VHD, whose footer a dynamic one repeats at its head, and VHDX. Source:
 * Microsoft, [MS-VHDX].
 */
export const vhd: DumpFormat = signatureFormat({
  name: 'vhd',
  summary: 'a Hyper-V disk (VHD), not a dump',
  advice: 'the memory is in none of its blocks: capture it in the machine, with kdump',
  probe: magicAt(0, 'vhdxfile', 'conectix'),
});
