import { isPlainName } from '@vmcorekit/core';

/**
 * The address of the file of that name beside another. Never has the query: it signs one path, and
 * other files of the server must not get the secret. Most object stores then answer that there is
 * no such file. Undefined for a name that leads elsewhere, and for what is no address.
 */
export function urlBeside(url: string, name: string): string | undefined {
  if (!isPlainName(name) || !URL.canParse(url)) {
    return undefined;
  }
  const beside = new URL(url);
  beside.search = '';
  beside.hash = '';
  beside.pathname = beside.pathname.replace(/[^/]*$/, () => encodeURIComponent(name));
  return beside.href;
}

/** The name of the file that an address ends with, without escapes; undefined where it has none. */
export function plainNameOf(url: string): string | undefined {
  const { pathname } = URL.canParse(url) ? new URL(url) : { pathname: '' };
  const escaped = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return escaped === '' ? undefined : decodeURIComponent(escaped);
  } catch {
    return undefined;
  }
}
