import { definePlugin, type Plugin } from '@vmcorekit/core';
import { RawFormat } from './raw-format.ts';

export { RawFormat } from './raw-format.ts';

/** Raw memory images. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/format-raw',
  formats: [new RawFormat()],
});
