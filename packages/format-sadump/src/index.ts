import { definePlugin, type Plugin } from '@vmcorekit/core';
import { SadumpFormat } from './sadump-format.ts';

export { SadumpFormat } from './sadump-format.ts';

/** Stand-alone dumps of Fujitsu's servers. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/format-sadump',
  formats: [new SadumpFormat()],
});
