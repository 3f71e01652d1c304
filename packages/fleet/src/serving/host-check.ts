import { isIP } from 'node:net';

/**
 * Whether a request's `Host` is the server's own. A page of another site can make a browser send
 * requests here under its own name (DNS rebinding); it cannot do so under a number or `localhost`.
 *
 * @param names other names that the user gave to the server, in lower case
 */
export function isOwnHost(host: string | undefined, names: readonly string[]): boolean {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]@/]+))(?::[0-9]{1,5})?$/i.exec(
    host ?? '',
  ) ?? [undefined, undefined, undefined];
  if (bracketed !== undefined) {
    return isIP(bracketed) === 6;
  }
  const name = plain?.toLowerCase();
  return name !== undefined && (name === 'localhost' || isIP(name) === 4 || names.includes(name));
}
