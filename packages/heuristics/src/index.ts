import { definePlugin, type Plugin } from '@vmcorekit/core';
import { kallsyms } from './symbols/kallsyms.ts';

/** Heuristics, witnesses and symbol sources for Linux kernels. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/heuristics',
  symbolSources: [kallsyms],
});

export { kallsyms };
