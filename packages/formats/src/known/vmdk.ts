import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * VMware's disks: sparse extents, and the text that describes them. Source: VMware, "Virtual Disk
 * Format 5.0".
 */
export const vmdk: DumpFormat = signatureFormat({
  name: 'vmdk',
  summary: 'a VMware disk (VMDK), not a dump',
  advice:
    'the memory of a suspended or snapshotted machine lies in its .vmss or .vmsn and .vmem files',
  holds: 'no-memory',
  probe: magicAt(0, 'KDMV', 'COWD', '# Disk DescriptorFile'),
});
