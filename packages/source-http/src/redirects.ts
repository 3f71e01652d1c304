import type { IncomingMessage } from 'node:http';
import { Fault } from './fault.ts';

/** As fetch does. Source: Fetch Standard, HTTP-redirect fetch, step 5 has 20; curl has 50. */
const maxRedirects = 10;
const redirecting: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** An answer that redirects no further, and where it came from. */
export interface Arrived {
  readonly response: IncomingMessage;
  readonly url: URL;
}

/**
 * Follows redirects from an address. `get` sends one request, and adds credentials only for hosts
 * that they are meant for: the query of an address never goes to another one. Throws `Fault` for a
 * circle, more than ten, and one to no encryption.
 */
export async function following(
  from: URL,
  get: (url: URL) => Promise<IncomingMessage>,
): Promise<Arrived> {
  const seen = new Set<string>();
  for (let url = from; ; ) {
    const response = await get(url);
    if (!redirecting.has(response.statusCode ?? 0)) {
      return { response, url };
    }
    // Its body may have no end.
    response.on('error', () => {}).destroy();
    seen.add(url.href);
    const next = targetOf(url, response.headers.location);
    if (seen.has(next.href)) {
      throw new Fault('the server redirects in a circle', 'final');
    }
    if (seen.size > maxRedirects) {
      throw new Fault(`the server redirects more than ${maxRedirects} times`, 'final');
    }
    url = next;
  }
}

/** Only the host is named in messages: the rest may be a ticket. */
function targetOf(url: URL, location: string | undefined): URL {
  if (location === undefined || !URL.canParse(location, url.href)) {
    throw new Fault('the server redirects, but not to an address', 'final');
  }
  const target = new URL(location, url.href);
  target.hash = '';
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    throw new Fault(`the server redirects to ${target.protocol}, not to http or https`, 'final');
  }
  if (url.protocol === 'https:' && target.protocol === 'http:') {
    throw new Fault(
      `the server redirects to ${target.host} without encryption: name that address yourself, if you trust the way there`,
      'final',
    );
  }
  return target;
}
