import { definePlugin, type Plugin } from '@vmcorekit/core';
import { avml } from './known/avml.ts';
import { bzip2 } from './known/bzip2.ts';
import { diskdump } from './known/diskdump.ts';
import { gzip } from './known/gzip.ts';
import { libvirtSave } from './known/libvirt-save.ts';
import { lime } from './known/lime.ts';
import { linuxHibernation } from './known/linux-hibernation.ts';
import { lkcd } from './known/lkcd.ts';
import { lz4 } from './known/lz4.ts';
import { minidump } from './known/minidump.ts';
import { qemuSavevm } from './known/qemu-savevm.ts';
import { sadump } from './known/sadump.ts';
import { virtualboxSave } from './known/virtualbox-save.ts';
import { vmwareState } from './known/vmware-state.ts';
import { windowsCrashDump } from './known/windows-crash-dump.ts';
import { windowsHibernation } from './known/windows-hibernation.ts';
import { xenCore } from './known/xen-core.ts';
import { xenSave } from './known/xen-save.ts';
import { xz } from './known/xz.ts';
import { zstd } from './known/zstd.ts';

export { type Signature, signatureFormat } from './known/signature-format.ts';

/**
 * Every format that is known and not read. Register it after the formats that are read: some of these look alike from the head.
 */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/formats',
  formats: [
    diskdump,
    sadump,
    lkcd,
    xenCore,
    xenSave,
    qemuSavevm,
    libvirtSave,
    vmwareState,
    virtualboxSave,
    lime,
    avml,
    windowsCrashDump,
    windowsHibernation,
    minidump,
    gzip,
    xz,
    zstd,
    bzip2,
    lz4,
    linuxHibernation,
  ],
});
