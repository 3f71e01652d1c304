/** What `scripts/build-web.mjs` puts in. */
declare const PRECACHED: {
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
};

/**
 * The files of this version by their names, each with its digest as `integrity` takes it, and a
 * digest of them all. The empty name is the page itself, as a server shows a folder.
 */
export const precached: typeof PRECACHED = PRECACHED;
