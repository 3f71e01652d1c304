import type { DumpFormat } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/** A file without a byte: the trace of a full disk, or of a writer that died at once. */
export const empty: DumpFormat = signatureFormat({
  name: 'empty',
  summary: 'an empty file (0 bytes)',
  advice:
    'nothing was written to it: make room on the disk, and take the dump or send it to its server again',
  holds: 'no-memory',
  probe: (head) => (head.length === 0 ? 'holds no byte' : undefined),
});
