import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * LKCD: u64 0xa8190173618f23ed or …cd (live), in either byte order. Source: LKCD's dump.h.
 */
export const lkcd: DumpFormat = signatureFormat({
  name: 'lkcd',
  summary: 'an LKCD dump',
  advice: 'open it with crash, which still reads it: crash SYSTEM.MAP VMLINUX FILE',
  probe: magicAt(
    0,
    ...['\xed', '\xcd'].flatMap((last) => [
      `${last}\x23\x8f\x61\x73\x01\x19\xa8`,
      `\xa8\x19\x01\x73\x61\x8f\x23${last}`,
    ]),
  ),
});
