import { definePlugin, type Plugin } from '@vmcorekit/core';
import { capstone } from './capstone/capstone.ts';

export { capstone, createCapstone } from './capstone/capstone.ts';

/** The disassemblers of this package. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/disassemblers',
  disassemblers: [capstone],
});
