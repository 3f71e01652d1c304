import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

const signature = 'sadump\0\0';
/** A backup file has a media header of one block before the partition header. */
const blockSizeInBytes = 4096;

/**
 * Fujitsu's stand-alone dump: the partition header says `sadump`. Source: makedumpfile's README and
 * sadump.h.
 */
export const sadump: DumpFormat = signatureFormat({
  name: 'sadump',
  summary: 'a sadump dump',
  advice: 'turn it into a KDUMP file: makedumpfile -c -d 0 -x VMLINUX FILE DUMP',
  probe: (head) => magicAt(0, signature)(head) ?? magicAt(blockSizeInBytes, signature)(head),
});
