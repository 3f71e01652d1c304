import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { plural } from '@vmcorekit/core';
import { checkedAnswer, pinnedIfEmpty, refusePage } from './checked-answer.ts';
import type { Connections } from './connections.ts';
import { Fault } from './fault.ts';
import type { Traffic } from './fetcher.ts';
import { Pace } from './pace.ts';
import { type Patience, usualPatience } from './patience.ts';
import { type Pinned, pinningHeaders } from './pinning.ts';
import { readBody } from './read-body.ts';
import { type Arrived, following } from './redirects.ts';
import { leastProgressInBytes, retrying } from './retrying.ts';
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

export interface RangeClientOptions {
  readonly connections: Connections;
  readonly exchange?: Exchange | undefined;
  readonly patience?: Patience | undefined;
}

/** A file whose first bytes are there, but for those after a cut. */
interface Begun {
  readonly pinned: Pinned;
  readonly head: Uint8Array;
  /** How many bytes of the head are there. */
  readonly done: number;
  /** Throws `Fault` if the head is a web page. */
  readonly refuse: () => void;
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
    const begun = await retrying(
      () => this.#begin(lengthInBytes),
      () => 0,
      sleep,
    );
    const { pinned, head, done, refuse } = begun;
    this.#pinned = pinned;
    if (done < head.length) {
      head.set(await this.fetch(done, head.length), done);
    }
    refuse();
    return { pinned, head };
  }

  /** The first answer, as far as it came. Throws `Fault` where it brought nothing. */
  async #begin(lengthInBytes: number): Promise<Begun> {
    const { response, url } = await this.#get(0, lengthInBytes);
    const empty = pinnedIfEmpty(response);
    if (empty !== undefined) {
      response.destroy();
      return { pinned: empty, head: new Uint8Array(), done: 0, refuse: () => {} };
    }
    const { end, pinned } = this.#checked(response, url, 0, lengthInBytes);
    const head = new Uint8Array(end);
    let done = 0;
    try {
      await this.#read(response, head, url, (length) => {
        done += length;
      });
    } catch (error) {
      if (!(error instanceof Fault && error.kind === 'again') || done < leastProgressInBytes) {
        throw error;
      }
    }
    return { pinned, head, done, refuse: () => refusePage(response, url.host, head) };
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

  /** What of the range an answer holds. Throws `Fault`, and destroys the answer then. */
  #checked(
    response: IncomingMessage,
    url: URL,
    start: number,
    end: number,
  ): { readonly end: number; readonly pinned: Pinned } {
    try {
      return checkedAnswer(response, url.host, start, end, this.#pinned);
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
