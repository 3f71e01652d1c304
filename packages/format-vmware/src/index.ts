import { definePlugin, type Plugin } from '@vmcorekit/core';
import { VmwareFormat } from './vmware-format.ts';

export { VmwareFormat } from './vmware-format.ts';

/** VMware's suspended and snapshotted machines. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/format-vmware',
  formats: [new VmwareFormat()],
});
