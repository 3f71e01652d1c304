import { definePlugin, type Plugin } from '@vmcorekit/core';
import { HttpOpener } from './http-opener.ts';
import { RemoteFiles } from './remote-files.ts';

export { MissingError } from './fault.ts';
export { HttpOpener } from './http-opener.ts';
export type { Patience } from './patience.ts';
export { RemoteFiles } from './remote-files.ts';
export type { RemoteSource } from './remote-source.ts';

const workerUrl = new URL('./fetch-worker.js', import.meta.url);

/** What this package contributes: files on servers. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/source-http',
  sources: [new HttpOpener(new RemoteFiles(workerUrl))],
});
