import { type ByteSource, hasAt, SliceSource, VmcorekitError } from '@vmcorekit/core';
import { hasDiskdumpSignature } from './header/detect.ts';
import { fieldNumber } from './header/header.ts';
import { diskdumpStatus } from './header/layout.ts';
import { KdumpPart } from './part/kdump-part.ts';

/** Of the block that diskdump's formatter wrote; the dump begins in the next. */
export const partitionSignature = 'diskdump';
/** Its blocks are pages, of x86 here. */
export const partitionBlockInBytes = 4096;

/** Whether a file begins as a partition that the kernel wrote a dump to. */
export function isPartition(head: Uint8Array): boolean {
  return (
    hasAt(head, 0, partitionSignature) && hasDiskdumpSignature(head.subarray(partitionBlockInBytes))
  );
}

/**
 * The dump in a partition. Its pages follow the bitmap without descriptors. Owns the file. Throws
 * `unsupported` where the pages are compressed or not all there. Source: RHEL 4's kernel,
 * drivers/block/diskdump.c.
 */
export function partitionIn(file: ByteSource): KdumpPart {
  const dump = new SliceSource(file, partitionBlockInBytes, file.sizeInBytes, file.name);
  const part = new KdumpPart(dump, false);
  const status = fieldNumber(part.header.fields, 'status');
  const isCompressed = (status & diskdumpStatus.compressed) !== 0;
  if (isCompressed || part.exists !== null) {
    throw new VmcorekitError('unsupported', {
      what: `${file.name} is a copy of a partition of diskdump, ${isCompressed ? 'compressed' : 'without all pages'}`,
      advice: 'turn it into a dump with the savecore of diskdumputils',
    });
  }
  return part;
}
