import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/** Source: the .xz file format, section 2.1.1.1. */
export const xz: DumpFormat = signatureFormat({
  name: 'xz',
  summary: 'an xz-compressed file',
  advice: 'decompress it first: xz -dc FILE > DUMP',
  probe: magicAt(0, '\xfd7zXZ\0'),
});
