import { printable } from '@vmcorekit/core';

/** What the user is asked about before anything is sent to an address. */
export interface ReadAddress {
  /** May hold secrets, and is shown nowhere. */
  readonly url: string;
  /** The host as a browser writes it, with the port: `xn--…` for one of other letters. */
  readonly host: string;
  /** Folder and name of the file, without the query. */
  readonly path: string;
  readonly hasQuery: boolean;
}

/** Why an address cannot be read here, as a sentence. */
export interface RefusedAddress {
  readonly problem: string;
}

/** The usual limit of the command, `--max-transfer`. */
export const usualMaxTransferInBytes: number = 256 * 1024 * 1024;

/**
 * Reads what the user pasted, or what a link brought. `pageProtocol` is that of the page: from
 * `https:` a browser fetches nothing without encryption, except from this machine.
 */
export function readAddress(text: string, pageProtocol: string): ReadAddress | RefusedAddress {
  const given = text.trim();
  if (/^s3:/i.test(given)) {
    return { problem: 'The page reads s3:// files only by a signed https:// address.' };
  }
  if (!/^https?:\/\//i.test(given) || !URL.canParse(given)) {
    return { problem: 'This is no valid address: it must begin with https:// or http://.' };
  }
  const { href, protocol, host, hostname, pathname, search, username, password } = new URL(given);
  if (username !== '' || password !== '') {
    return {
      problem:
        'A browser sends no user and password from an address. Give a signed one, or use the command vmcorekit.',
    };
  }
  if (pageProtocol === 'https:' && protocol === 'http:' && !isThisMachine(hostname)) {
    return {
      problem: `This page came by https, so the browser does not let it read http://${host} (mixed content). The file needs an https:// address.`,
    };
  }
  const path = printable(decoded(pathname));
  return { url: href.replace(/#.*$/s, ''), host, path, hasQuery: search !== '' };
}

/**
 * The address that a link to this page brings: `#url=https://…`, also with `%` escapes. Undefined
 * for another link.
 */
export function addressInLink(hash: string): string | undefined {
  const given = /^#url=(.*)$/s.exec(hash)?.[1];
  return given === undefined || /^https?:\/\//i.test(given) ? given : decoded(given);
}

/** As it is where its escapes are no text. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Source: Secure Contexts, 3.1: these are trustworthy without encryption. */
function isThisMachine(hostname: string): boolean {
  return /^(?:(?:.*\.)?localhost|127(?:\.\d+){3}|\[::1\])$/i.test(hostname);
}
