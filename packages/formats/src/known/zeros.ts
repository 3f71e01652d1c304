import { type DumpFormat, isZero, sizeText } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * A file whose whole probed head is zero: the trace of a writer that died before it wrote the
 * header. Raw memory may begin so too, if it has the size of memory.
 */
export const zeros: DumpFormat = signatureFormat({
  name: 'zeros',
  summary: 'a file that begins with zeros only, where a dump has its header',
  advice:
    'either the header was never written (take the dump again), or this is raw memory: --format raw opens it as such',
  isGuess: true,
  probe: (head) =>
    head.length > 0 && isZero(head) ? `begins with ${sizeText(head.length)} of zeros` : undefined,
});
