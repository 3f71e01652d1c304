export type { Pinned } from '@vmcorekit/source-http/reading';
export { plainNameOf } from '@vmcorekit/source-http/reading';
export { announcingGuard, type GuardedWork } from './announcing-guard.ts';
export { BlobSource } from './blob-source.ts';
export { BrowserIndexCache } from './browser-index-cache.ts';
export { hashNamed } from './hash/hash-named.ts';
export { openUrl, openUrlBeside, type UrlOptions } from './remote/open-url.ts';
export { type OutputPlace, openOutput } from './writing/open-output.ts';
export type { PageOutput } from './writing/page-output.ts';
