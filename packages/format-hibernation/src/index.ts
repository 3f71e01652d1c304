import { definePlugin, type Plugin } from '@vmcorekit/core';
import { HibernationFormat } from './hibernation-format.ts';

export { HibernationFormat } from './hibernation-format.ts';

/** Hibernated Linux kernels in swap. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/format-hibernation',
  formats: [new HibernationFormat()],
});
