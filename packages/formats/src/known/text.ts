import { type DumpFormat, utf8Text } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

const looksAtBytes = 512;

/**
 * A plain text file, by its first bytes: a log, a symbol list, the page of a failed download, a Git
 * LFS pointer.
 */
export const text: DumpFormat = signatureFormat({
  name: 'text',
  summary: 'a text file, not a dump',
  advice:
    'the dump is another file (vmcore beside vmcore-dmesg.txt), or its download or Git LFS checkout failed',
  holds: 'no-memory',
  probe(head) {
    const beginning = utf8Text(head.subarray(0, looksAtBytes));
    return /^[\x20-\x7e\t\r\n]{8,}$/.test(beginning) ? 'begins with text' : undefined;
  },
});
