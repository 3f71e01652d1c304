import { isPlainName, shownName, VmcorekitError } from '@vmcorekit/core';

/** What `s3://BUCKET/KEY` names. */
export interface S3Address {
  readonly bucket: string;
  /** As S3 has it: no character in it is an escape. */
  readonly key: string;
}

/** Buckets of long ago may have capitals and underscores, and be longer. */
const bucketName = /^[a-z0-9][a-z0-9._-]{2,254}$/i;

/**
 * Reads `s3://BUCKET/KEY` as `aws s3 cp` does: all after the first slash is the key, blanks, `?`,
 * `#`, `%` and `+` too. Throws `io` for anything else.
 */
export function parseS3Name(name: string): S3Address {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]*)\/(.+)$/is.exec(name) ?? [];
  if (!bucketName.test(bucket)) {
    throw refused(name, 'this is no address of S3: wanted s3://BUCKET/KEY');
  }
  if (bucket.endsWith('--x-s3')) {
    throw refused(name, 'directory buckets are not read: copy the file to another bucket');
  }
  // Every URL loses such parts on its way, and would name another key.
  if (key.split('/').some((part) => part === '.' || part === '..')) {
    throw refused(name, "a key with '.' or '..' as a part cannot be asked for: copy it first");
  }
  if (encoded(key) === undefined) {
    throw refused(name, 'the key is no valid Unicode');
  }
  return { bucket, key };
}

/** The address of the file of that plain name beside it; undefined for another name. */
export function besideOf({ bucket, key }: S3Address, name: string): S3Address | undefined {
  return isPlainName(name)
    ? { bucket, key: `${key.slice(0, key.lastIndexOf('/') + 1)}${name}` }
    : undefined;
}

/** The same address with all special characters escaped, for the thread that fetches. */
export function urlOf({ bucket, key }: S3Address): string {
  return `s3://${bucket}/${encoded(key)}`;
}

export function addressOf({ host, pathname }: URL): S3Address {
  return { bucket: host, key: decodeURIComponent(pathname.slice(1)) };
}

/**
 * A key in the path of a request. S3 signs all but letters, digits and `-._~` escaped, and a slash.
 * Source: Amazon S3 API reference, authenticating requests, canonical URI.
 */
export function encodedKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/');
}

/** Undefined for half of a surrogate pair. */
function encoded(key: string): string | undefined {
  try {
    return encodedKey(key);
  } catch {
    return undefined;
  }
}

function refused(name: string, because: string): VmcorekitError<'io'> {
  return new VmcorekitError('io', { file: shownName(name), because });
}
