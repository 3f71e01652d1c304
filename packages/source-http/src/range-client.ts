import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { plural } from '@vmcorekit/core';
import type { Connections } from './connections.ts';
import { parseContentRange, sizeOfRefused } from './content-range.ts';
import { Fault } from './fault.ts';
import { Pace } from './pace.ts';
import { changeBetween, type Pinned, pinnedOf, pinningHeaders } from './pinning.ts';
import { type Patience, readBody, usualPatience } from './read-body.ts';
import { type Arrived, following } from './redirects.ts';
import { leastProgressInBytes, retrying } from './retrying.ts';
import { statusFault } from './status-fault.ts';
import { basicOf } from './tunnel.ts';

/** Sends one GET, and gives the answer when its headers are there. Throws `Fault`. */
export type Send = (
  url: URL,
  headers: Readonly<Record<string, string>>,
) => Promise<IncomingMessage>;

/**
 * Sends a request to an address of the file's own host: signs it, sends it elsewhere, or again.
 * What it gives is read as an answer of that address. Throws `Fault`.
 */
export type Exchange = (
  url: URL,
  headers: Readonly<Record<string, string>>,
  send: Send,
) => Promise<IncomingMessage>;

/** What has gone over the network. */
export interface Traffic {
  requests: number;
  bytesFetched: number;
}

export interface RangeClientOptions {
  readonly connections: Connections;
  readonly exchange?: Exchange | undefined;
  readonly patience?: Patience | undefined;
}

/** After which a remembered redirect is asked for again: its ticket may be over. */
const ticketIsOver: ReadonlySet<number | undefined> = new Set([401, 403, 404, 410]);

/** Reads ranges of one file on a server, all of the version that it saw first. */
export class RangeClient {
  readonly traffic: Traffic = { requests: 0, bytesFetched: 0 };
  readonly #url: URL;
  readonly #options: RangeClientOptions;
  /** Where redirects led. */
  #arrived: URL | null = null;
  #pinned: Pinned | null = null;

  constructor(url: URL, options: RangeClientOptions) {
    this.#url = new URL(url.href);
    this.#url.hash = '';
    this.#options = options;
  }

  /**
   * Asks for the first bytes, and with them for the size and version of the file. Never asks for
   * headers alone: an address that is signed for GET allows nothing else. Throws `Fault`.
   */
  async open(
    lengthInBytes: number,
  ): Promise<{ readonly pinned: Pinned; readonly head: Uint8Array }> {
    return retrying(
      async () => {
        const { response, url } = await this.#get(0, lengthInBytes);
        const empty = this.#pinnedIfEmpty(response);
        if (empty !== undefined) {
          response.destroy();
          return { pinned: empty, head: new Uint8Array() };
        }
        const { end, pinned } = this.#checked(response, url, 0, lengthInBytes);
        const head = new Uint8Array(end);
        await this.#read(response, head, url, () => {});
        refusePage(response, url, head);
        this.#pinned = pinned;
        return { pinned, head };
      },
      () => 0,
      sleep,
    );
  }

  /** The bytes from `start` up to `end`. Goes on where a body was cut. Throws `Fault`. */
  async fetch(start: number, end: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(end - start);
    let done = 0;
    const pace = new Pace(this.#options.patience ?? usualPatience);
    const work = async (): Promise<void> => {
      while (done < bytes.length) {
        const before = done;
        const { response, url } = await this.#get(start + done, end);
        const part = this.#checked(response, url, start + done, end);
        const target = bytes.subarray(done, part.end - start);
        await this.#read(response, target, url, (length) => {
          done += length;
        });
        pace.check(done, bytes.length);
        if (done < bytes.length && done - before < leastProgressInBytes) {
          const asked = plural(bytes.length - before, 'byte');
          throw new Fault(`${url.host} answers with ${done - before} of ${asked}`, 'again');
        }
      }
    };
    await retrying(
      work,
      () => done,
      async (milliseconds) => {
        pace.check(done, bytes.length);
        await pace.pause(milliseconds);
      },
    );
    return bytes;
  }

  async #get(start: number, end: number): Promise<Arrived> {
    const from = this.#arrived ?? this.#url;
    const arrived = await following(from, (url) => this.#send(url, start, end));
    if (this.#arrived !== null && ticketIsOver.has(arrived.response.statusCode)) {
      arrived.response.destroy();
      this.#arrived = null;
      return this.#get(start, end);
    }
    this.#arrived = arrived.url.href === this.#url.href ? null : arrived.url;
    return arrived;
  }

  async #send(url: URL, start: number, end: number): Promise<IncomingMessage> {
    const isOwn = url.origin === this.#url.origin;
    const basic = isOwn ? basicOf(this.#url) : undefined;
    const headers = {
      range: `bytes=${start}-${end - 1}`,
      'accept-encoding': 'identity',
      'user-agent': 'vmcorekit',
      ...(this.#pinned === null ? {} : pinningHeaders(this.#pinned)),
      ...(basic === undefined ? {} : { authorization: basic }),
    };
    const send: Send = (to, all) => {
      this.traffic.requests++;
      return this.#options.connections.get(to, all);
    };
    const { exchange } = this.#options;
    return isOwn && exchange !== undefined ? exchange(url, headers, send) : send(url, headers);
  }

  /** Of an empty file no range can be sent. */
  #pinnedIfEmpty({ statusCode, headers }: IncomingMessage): Pinned | undefined {
    const isEmpty =
      (statusCode === 416 && sizeOfRefused(headers['content-range']) === 0) ||
      (statusCode === 200 && headers['content-length'] === '0');
    return isEmpty ? pinnedOf(0, headers) : undefined;
  }

  /** What of the range an answer holds. Throws `Fault`, and destroys the answer then. */
  #checked(
    response: IncomingMessage,
    url: URL,
    start: number,
    end: number,
  ): { readonly end: number; readonly pinned: Pinned } {
    try {
      return checkedAnswer(response, url, start, end, this.#pinned);
    } catch (error) {
      response.on('error', () => {}).destroy();
      throw error;
    }
  }

  async #read(
    response: IncomingMessage,
    target: Uint8Array,
    { host }: URL,
    onBytes: (lengthInBytes: number) => void,
  ): Promise<void> {
    const counted = (lengthInBytes: number): void => {
      this.traffic.bytesFetched += lengthInBytes;
      onBytes(lengthInBytes);
    };
    const { patience = usualPatience } = this.#options;
    await readBody(response, target, host, counted, patience);
  }
}

function checkedAnswer(
  { statusCode = 0, headers }: IncomingMessage,
  { host }: URL,
  start: number,
  end: number,
  pinned: Pinned | null,
): { readonly end: number; readonly pinned: Pinned } {
  if (statusCode === 200) {
    throw isPage(headers['content-type'])
      ? pageFault(host)
      : new Fault(
          `${host} sends whole files only (200 OK to a request for a range): download the file first`,
          'final',
        );
  }
  if (statusCode === 416 && pinned !== null) {
    throw new Fault('the file changed while it was read: it has become shorter', 'changed');
  }
  if (statusCode !== 206) {
    throw statusFault(statusCode, headers['retry-after']);
  }
  const { 'content-encoding': encoding = 'identity' } = headers;
  if (encoding.toLowerCase() !== 'identity') {
    throw new Fault(
      `${host} sends the file compressed (Content-Encoding), though it was asked not to: offsets in it would be wrong`,
      'final',
    );
  }
  const { 'transfer-encoding': transferred = 'chunked' } = headers;
  if (transferred.trim().toLowerCase() !== 'chunked') {
    throw new Fault(
      `${host} sends the answer compressed (Transfer-Encoding), which it was not asked for`,
      'final',
    );
  }
  const range = parseContentRange(headers['content-range']);
  const now = range === undefined ? undefined : pinnedOf(range.sizeInBytes, headers);
  if (range === undefined || now === undefined) {
    throw new Fault(
      `${host} answers with a range, but does not say of what (Content-Range is missing or wrong)`,
      'final',
    );
  }
  const change = pinned === null ? undefined : changeBetween(pinned, now);
  if (change !== undefined) {
    throw new Fault(change, 'changed');
  }
  const isAsked = range.start === start && range.end <= end;
  const { 'content-length': length } = headers;
  if (!isAsked || (length !== undefined && Number(length) !== range.end - range.start)) {
    throw new Fault(
      `${host} answers with another range: wanted bytes ${start}-${end - 1}, got ${range.start}-${range.end - 1}`,
      'final',
    );
  }
  return { end: range.end, pinned: now };
}

function isPage(contentType: string | undefined): boolean {
  return /^(?:text\/html|application\/xhtml)/i.test(contentType ?? '');
}

/** A page of a proxy or a sign-in may come as a range too. */
function refusePage({ headers }: IncomingMessage, { host }: URL, head: Uint8Array): void {
  const text = String.fromCharCode(...head.subarray(0, 256));
  if (isPage(headers['content-type']) && /^\s*<(?:!doctype\s+html|html)/i.test(text)) {
    throw pageFault(host);
  }
}

/** Some servers answer so to any name. */
function pageFault(host: string): Fault {
  return new Fault(
    `${host} answers with a web page (HTML), not with a dump: it may want you to sign in`,
    'missing',
  );
}
