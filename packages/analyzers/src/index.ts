import { definePlugin, type Plugin } from '@vmcorekit/core';

/** Reports on an opened dump, and on the kernel in it. */
export const plugin: Plugin = definePlugin({ name: '@vmcorekit/analyzers', analyzers: [] });
