import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * LiME's ranges of physical memory: u32 0x4C694D45 and version 1, little-endian. Source: LiME's
 * documentation of its format.
 */
export const lime: DumpFormat = signatureFormat({
  name: 'lime',
  summary: 'a LiME memory image',
  advice: 'open it with volatility3; for this tool, capture with kdump or dump-guest-memory',
  probe: magicAt(0, 'EMiL\x01\0\0\0'),
});
