import { definePlugin, type Plugin } from '@vmcorekit/core';
import { fileOpener } from './file-opener.ts';

/** What this package contributes: files. */
export const plugin: Plugin = definePlugin({ name: '@vmcorekit/node', sources: [fileOpener] });
