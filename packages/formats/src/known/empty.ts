import type { DumpFormat } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/** A file without a byte: what a full disk, or a writer that died at once, leaves. */
export const empty: DumpFormat = signatureFormat({
  name: 'empty',
  summary: 'an empty file (0 bytes)',
  advice: 'nothing was written to it; see that there is room, and take the dump again',
  probe: (head) => (head.length === 0 ? 'holds no byte' : undefined),
});
