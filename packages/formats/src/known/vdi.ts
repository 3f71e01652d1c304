import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/** VirtualBox's disks: u32 0xBEDA107F after 64 bytes of text. Source: VirtualBox, VDICore.h. */
export const vdi: DumpFormat = signatureFormat({
  name: 'vdi',
  summary: 'a VirtualBox disk (VDI), not a dump',
  advice:
    'start its machine and write an ELF core: VBoxManage debugvm MACHINE dumpvmcore --filename FILE',
  holds: 'no-memory',
  probe: magicAt(0x40, '\x7f\x10\xda\xbe'),
});
