import { definePlugin, type Plugin } from '@vmcorekit/core';
import { LkcdFormat } from './lkcd-format.ts';

export { LkcdFormat } from './lkcd-format.ts';

/** Dumps of LKCD. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/format-lkcd',
  formats: [new LkcdFormat()],
});
