import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * AVML's compressed ranges, LiME version 2: u32 0x4C4D5641 and version 2, little-endian. Source:
 * AVML's documentation.
 */
export const avml: DumpFormat = signatureFormat({
  name: 'avml',
  summary: 'a compressed AVML memory image',
  advice:
    'decompress it with avml-convert FILE OUT.lime and open that with volatility3; for this tool, capture with kdump or dump-guest-memory',
  probe: magicAt(0, 'AVML\x02\0\0\0'),
});
