import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * A suspended or snapshotted VMware machine (.vmss, .vmsn): one of six u32 numbers, little-endian.
 * The memory is often in a .vmem file beside it, which is raw and has no mark. Source: the numbers
 * that volatility and crash accept.
 */
export const vmwareState: DumpFormat = signatureFormat({
  name: 'vmware-state',
  summary: 'a VMware suspended or snapshotted machine',
  advice:
    'crash reads it with the .vmem beside it: crash VMLINUX FILE; VMware’s vmss2core turns it into a core file',
  probe: magicAt(
    0,
    '\xd0\xbe\xd0\xbe',
    '\xd0\xbe\xd2\xbe',
    '\xd2\xbe\xd2\xbe',
    '\xd3\xbe\xd3\xbe',
    '\xd1\xba\xd1\xba',
    '\xd2\xba\xd2\xba',
  ),
});
