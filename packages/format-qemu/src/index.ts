import { definePlugin, type Plugin } from '@vmcorekit/core';
import { libvirtSaveContainer, libvirtSaveFormat } from './libvirt/libvirt-save.ts';
import { qcow2Container } from './qcow2/qcow2-container.ts';
import { QemuStreamFormat } from './qemu-stream-format.ts';

export { libvirtSaveContainer, libvirtSaveFormat } from './libvirt/libvirt-save.ts';
export { qcow2Container } from './qcow2/qcow2-container.ts';
export { QemuStreamFormat } from './qemu-stream-format.ts';

/** QEMU's migration streams, and the files that hold one. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/format-qemu',
  formats: [new QemuStreamFormat(), libvirtSaveFormat],
  containers: [libvirtSaveContainer, qcow2Container],
});
