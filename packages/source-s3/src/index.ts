import { definePlugin, type Plugin } from '@vmcorekit/core';
import { RemoteFiles } from '@vmcorekit/source-http';
import { S3Opener } from './s3-opener.ts';
import { signedUrlOpener } from './signed-url-opener.ts';

export { S3Opener } from './s3-opener.ts';

const workerUrl = new URL('./s3-worker.js', import.meta.url);

/** What this package contributes: files in buckets. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/source-s3',
  sources: [new S3Opener(new RemoteFiles(workerUrl)), signedUrlOpener],
});
