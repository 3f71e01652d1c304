export { announcingGuard, type GuardedWork } from './announcing-guard.ts';
export { BlobSource } from './blob-source.ts';
