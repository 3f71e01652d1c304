import { definePlugin, type Plugin } from '@vmcorekit/core';
import { kernelLog } from './kernel-log/kernel-log.ts';

export { kernelLog };
/** Reports on an opened dump, and on the kernel in it. */
export const plugin: Plugin = definePlugin({ name: '@vmcorekit/analyzers', analyzers: [kernelLog] });
