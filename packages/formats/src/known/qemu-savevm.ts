import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * QEMU's migration stream, as `savevm`, `migrate` to a file and old `virsh dump` write it: u32
 * 0x5145564d and a version, big-endian. Source: QEMU docs/devel/migration.
 */
export const qemuSavevm: DumpFormat = signatureFormat({
  name: 'qemu-savevm',
  summary: 'a QEMU migration stream (savevm)',
  advice:
    'load it into the same QEMU machine (-incoming), then write a dump with dump-guest-memory -z FILE',
  probe: magicAt(0, 'QEVM\0\0\0\x02', 'QEVM\0\0\0\x03'),
});
