/**
 * Whether users name a file so that is no path: `https://HOST/PATH`. A drive letter is no scheme.
 */
export function isUrl(name: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(name);
}

/**
 * An address that is not written as one, or stands after something else: `http:/HOST`, `"https://`.
 * It may hold the same secrets.
 */
const misspelt = /(?:^|[^\w+.-])(?:https?:|s3:|(?!file:)[a-z][\w+.-]+:(?=[/\\]))/i;

/**
 * A file's name for messages and results: a path as it is, and of an address only scheme, host and
 * path. Queries, fragments, users and passwords are secrets, because others can read the file with
 * them. An address that cannot be taken apart or is misspelt keeps its scheme alone. Of several in
 * one name, all after the first query is left out.
 */
export function shownName(name: string): string {
  const [, scheme = '', authority = '', path = ''] =
    /^([a-z][a-z0-9+.-]+:\/\/)([^/?#]*)([^?#]*)/i.exec(name) ?? [];
  if (scheme === '') {
    return shownPath(name);
  }
  if (scheme.toLowerCase() === 'file://') {
    return name;
  }
  const host = /^(?:.*@)?([^@:[\]]*|\[[0-9a-f:.]+\])(:\d*)?$/i.exec(authority);
  return host === null || (host[2] !== undefined && /@\D/.test(path))
    ? `${scheme}\u2026`
    : `${scheme}${host[1]}${host[2] ?? ''}${path}`;
}

function shownPath(name: string): string {
  const found = misspelt.exec(name);
  const end = (found?.index ?? 0) + (found?.[0].length ?? 0);
  return found !== null && /[@?#]/.test(name.slice(end)) ? `${name.slice(0, end)}\u2026` : name;
}

/** A text with every address in it as `shownName` has it. */
export function shownText(text: string): string {
  return text.replace(/\b(?:https?:|s3:|[a-z][a-z0-9+.-]+:[/\\])[^\s'"\u2026]+/gi, shownName);
}
