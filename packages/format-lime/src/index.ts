import { definePlugin, type Plugin } from '@vmcorekit/core';
import { AvmlFormat, LimeFormat } from './lime-format.ts';

export { AvmlFormat, LimeFormat } from './lime-format.ts';

/** Memory images of LiME and AVML. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/format-lime',
  formats: [new LimeFormat(), new AvmlFormat()],
});
