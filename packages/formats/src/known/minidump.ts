import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * A Windows minidump: `MDMP` and version 0xa793 in the low half of the next word, little-endian.
 * Source: Microsoft's MINIDUMP_HEADER.
 */
export const minidump: DumpFormat = signatureFormat({
  name: 'minidump',
  summary: 'a minidump',
  advice: 'it holds one process or a summary, not the memory of a machine; open it with WinDbg',
  holds: 'no-memory',
  probe: magicAt(0, 'MDMP\x93\xa7'),
});
