/** What `scripts/build-web.mjs` puts in. */
declare const PRECACHED: { readonly version: string; readonly files: readonly string[] };

/**
 * The files of this version, and a digest of them all. The empty name is the page itself, as a
 * server shows a folder.
 */
export const precached: typeof PRECACHED = PRECACHED;
