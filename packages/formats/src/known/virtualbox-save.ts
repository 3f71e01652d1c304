import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/** The saved state of a VirtualBox machine. Its core dumps are ELF. Source: VirtualBox, SSM.cpp. */
export const virtualboxSave: DumpFormat = signatureFormat({
  name: 'virtualbox-save',
  summary: 'a saved VirtualBox machine',
  advice: 'start it and write an ELF core: VBoxManage debugvm MACHINE dumpvmcore --filename FILE',
  probe: magicAt(0, '\x7fVirtualBox SavedState V'),
});
