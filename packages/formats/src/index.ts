// Imports every format: the plug-in is their list.
import { definePlugin, type Plugin } from '@vmcorekit/core';
import { disk } from './known/disk.ts';
import { empty } from './known/empty.ts';
import { kernelImage } from './known/kernel-image.ts';
import { linuxHibernationOther } from './known/linux-hibernation-other.ts';
import { minidump } from './known/minidump.ts';
import { text } from './known/text.ts';
import { vdi } from './known/vdi.ts';
import { vhd } from './known/vhd.ts';
import { virtualboxSave } from './known/virtualbox-save.ts';
import { vmdk } from './known/vmdk.ts';
import { vmwareDebugState } from './known/vmware-debug-state.ts';
import { windowsCrashDump } from './known/windows-crash-dump.ts';
import { windowsHibernation } from './known/windows-hibernation.ts';
import { xenCoreOld } from './known/xen-core-old.ts';
import { xenSaveOld } from './known/xen-save-old.ts';
import { zeros } from './known/zeros.ts';

export { type Signature, signatureFormat } from './known/signature-format.ts';

/** Every format that is recognized but not read; files that are no dump at all come last. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/formats',
  formats: [
    xenCoreOld,
    xenSaveOld,
    vmwareDebugState,
    virtualboxSave,
    windowsCrashDump,
    windowsHibernation,
    minidump,
    linuxHibernationOther,
    vmdk,
    vdi,
    vhd,
    disk,
    kernelImage,
    text,
    zeros,
    empty,
  ],
});
