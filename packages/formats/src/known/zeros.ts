import { type DumpFormat, isZero, sizeText } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * A file that begins with as many zeros as are looked at: what a writer leaves that was to write
 * its header last.
 */
export const zeros: DumpFormat = signatureFormat({
  name: 'zeros',
  summary: 'a file that begins with zeros only, where a dump has its header',
  advice:
    'the header was never written (take the dump again), or this is raw memory, which says nothing of itself and is not read',
  probe: (head) =>
    head.length > 0 && isZero(head) ? `begins with ${sizeText(head.length)} of zeros` : undefined,
});
