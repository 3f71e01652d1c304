import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * QEMU's disk images. After `savevm` one also holds a machine's memory. Source: QEMU,
 * docs/interop/qcow2.txt.
 */
export const qcow2: DumpFormat = signatureFormat({
  name: 'qcow2',
  summary: 'a QEMU disk image (qcow2), not a dump',
  advice:
    'if it holds a snapshot (qemu-img snapshot -l FILE), load that with loadvm in its machine, then dump-guest-memory -z DUMP',
  holds: 'no-memory',
  probe: magicAt(0, 'QFI\xfb'),
});
