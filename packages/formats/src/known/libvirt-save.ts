import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * `virsh save` and `managedsave`: a header, the domain's XML and a QEMU migration stream. The
 * header says `Part` until the file is complete. Source: libvirt, src/qemu/qemu_saveimage.h.
 */
export const libvirtSave: DumpFormat = signatureFormat({
  name: 'libvirt-save',
  summary: 'a saved libvirt domain',
  advice:
    'restore it paused (virsh restore --paused FILE), then write a dump: virsh dump --memory-only --format kdump-zlib DOMAIN DUMP',
  probe: magicAt(0, 'LibvirtQemudSave', 'LibvirtQemudPart'),
});
