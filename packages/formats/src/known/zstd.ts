import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/** A Zstandard frame. Source: RFC 8878, section 3.1.1. */
export const zstd: DumpFormat = signatureFormat({
  name: 'zstd',
  summary: 'a zstd-compressed file',
  advice: 'decompress it first: zstd -dc FILE > DUMP',
  probe: magicAt(0, '\x28\xb5\x2f\xfd'),
});
