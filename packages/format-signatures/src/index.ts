import { definePlugin, type Plugin } from '@vmcorekit/core';
import { avml } from './signatures/avml.ts';
import { bzip2 } from './signatures/bzip2.ts';
import { diskdump } from './signatures/diskdump.ts';
import { gzip } from './signatures/gzip.ts';
import { libvirtSave } from './signatures/libvirt-save.ts';
import { lime } from './signatures/lime.ts';
import { linuxHibernation } from './signatures/linux-hibernation.ts';
import { lkcd } from './signatures/lkcd.ts';
import { lz4 } from './signatures/lz4.ts';
import { minidump } from './signatures/minidump.ts';
import { qemuSavevm } from './signatures/qemu-savevm.ts';
import { sadump } from './signatures/sadump.ts';
import { virtualboxSave } from './signatures/virtualbox-save.ts';
import { vmwareState } from './signatures/vmware-state.ts';
import { windowsCrashDump } from './signatures/windows-crash-dump.ts';
import { windowsHibernation } from './signatures/windows-hibernation.ts';
import { xenCore } from './signatures/xen-core.ts';
import { xenSave } from './signatures/xen-save.ts';
import { xz } from './signatures/xz.ts';
import { zstd } from './signatures/zstd.ts';

export { type Signature, signatureFormat } from './signature-format.ts';

/**
 * Every format that is known and not read. Register it after the formats that are read: some of these look alike from the head.
 */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/format-signatures',
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
