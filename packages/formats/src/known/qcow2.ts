import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * QEMU's disk images without a snapshot. Those that hold a machine's memory are a container.
 * Source: QEMU, docs/interop/qcow2.rst.
 */
export const qcow2: DumpFormat = signatureFormat({
  name: 'qcow2',
  summary: 'a QEMU disk image (qcow2), not a dump',
  advice:
    'it has no snapshot; take one of the running machine with savevm, or dump-guest-memory -z DUMP',
  holds: 'no-memory',
  probe: magicAt(0, 'QFI\xfb'),
});
