import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/** `xl save` and the older `xm save`. Source: Xen's libxl and libxc. */
export const xenSave: DumpFormat = signatureFormat({
  name: 'xen-save',
  summary: 'a saved Xen domain',
  advice:
    'restore it paused (xl restore -p FILE), then write a dump with xl dump-core DOMAIN FILE and open that with crash',
  probe: magicAt(0, 'Xen saved domain, xl format\n', 'LinuxGuestRecord'),
});
