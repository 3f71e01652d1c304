import { definePlugin, type Plugin } from '@vmcorekit/core';
import { XenCoreFormat } from './xen-core-format.ts';
import { XenSaveFormat } from './xen-save-format.ts';

export { XenCoreFormat } from './xen-core-format.ts';
export { XenSaveFormat } from './xen-save-format.ts';

/** Cores and saves of Xen domains. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/format-xen',
  formats: [new XenCoreFormat(), new XenSaveFormat()],
});
