import { definePlugin, type Plugin } from '@vmcorekit/core';
import { S390Format } from './s390-format.ts';

export { S390Format } from './s390-format.ts';

/** Stand-alone dumps of IBM Z. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/format-s390',
  formats: [new S390Format()],
});
