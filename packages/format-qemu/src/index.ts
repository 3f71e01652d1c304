import { definePlugin, type Plugin } from '@vmcorekit/core';
import { QemuStreamFormat } from './qemu-stream-format.ts';

export { QemuStreamFormat } from './qemu-stream-format.ts';

/** QEMU's migration streams, and the files that hold one. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/format-qemu',
  formats: [new QemuStreamFormat()],
});
