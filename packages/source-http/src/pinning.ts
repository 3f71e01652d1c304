import { plural } from '@vmcorekit/core';

/** What distinguishes the versions of a file on a server. */
export interface Pinned {
  readonly sizeInBytes: number;
  /** As the server writes it, with quotes; null where it gives none. */
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** Longer ones are no tags but a waste; a header cannot hold other characters. */
const tag = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]{0,512}"$/;

export function pinnedOf(
  sizeInBytes: number,
  {
    etag,
    'last-modified': lastModified,
  }: {
    etag?: string | undefined;
    'last-modified'?: string | undefined;
  },
): Pinned {
  return {
    sizeInBytes,
    etag: etag !== undefined && tag.test(etag) ? etag : null,
    lastModified: lastModified?.slice(0, 64) ?? null,
  };
}

/**
 * The headers that make a server refuse another version of the file. `If-Range` would make it send
 * the whole file instead. A weak tag never matches there. Source: RFC 9110, 13.1.1.
 */
export function pinningHeaders({ etag }: Pinned): Record<string, string> {
  return etag?.startsWith('"') === true ? { 'if-match': etag } : {};
}

/** How an answer shows that the file is another one; undefined where nothing does. */
export function changeBetween(pinned: Pinned, now: Pinned): string | undefined {
  if (now.sizeInBytes !== pinned.sizeInBytes) {
    return `the file changed while it was read: it had ${plural(pinned.sizeInBytes, 'byte')}, now ${now.sizeInBytes}`;
  }
  const isOther =
    (pinned.etag !== null && now.etag !== null && now.etag !== pinned.etag) ||
    (pinned.lastModified !== null &&
      now.lastModified !== null &&
      now.lastModified !== pinned.lastModified);
  return isOther
    ? 'the file changed while it was read: the server dates or tags it otherwise'
    : undefined;
}

/**
 * What changes with the bytes, for what is kept between runs. Undefined where the server gives no
 * strong tag: a date of seconds does not tell two versions from each other.
 */
export function versionOf({ sizeInBytes, etag }: Pinned): string | undefined {
  return etag?.startsWith('"') === true ? `${sizeInBytes}-${etag}` : undefined;
}
