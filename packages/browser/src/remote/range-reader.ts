import { plural } from '@vmcorekit/core';
import {
  checkedAnswer,
  Fault,
  leastProgressInBytes,
  type Patience,
  type Pinned,
  pinnedIfEmpty,
  pinningHeaders,
  refusePage,
  retrying,
  type Traffic,
  Tries,
  usualPatience,
} from '@vmcorekit/source-http/reading';
import { type BegunAnswer, beginRange } from './begin-range.ts';
import { NetworkFault } from './network-fault.ts';
import { type WaitForRange, type WholeAnswer, waitForRange } from './wait-for-range.ts';

/** A worker cannot sleep: it counts the time, and for no longer than this. */
const maxWaitInMilliseconds = 5000;

/** What a page must be allowed to read of an answer of another site. */
export const exposedHeaders = 'Content-Range, ETag';

export interface RangeReaderOptions {
  readonly patience?: Patience | undefined;
  /** What has gone over the network for all files together; grows. */
  readonly account?: Traffic | undefined;
  /** How it sends requests; for tests. */
  readonly wait?: WaitForRange | undefined;
}

/** Reads ranges of one file on a server, all of the version that it saw first. */
export class RangeReader {
  readonly traffic: Traffic = { requests: 0, bytesFetched: 0 };
  readonly #url: URL;
  readonly #patience: Patience;
  readonly #account: Traffic | undefined;
  readonly #wait: WaitForRange;
  #pinned: Pinned | null = null;
  /** Whether the server lets a page send `If-Match`; null before the first try. */
  #isPinningAllowed: boolean | null = null;

  constructor(url: URL, { patience, account, wait }: RangeReaderOptions = {}) {
    this.#url = new URL(url.href);
    this.#url.hash = '';
    this.#patience = patience ?? usualPatience;
    this.#account = account;
    this.#wait = wait ?? waitForRange;
  }

  /**
   * Asks for the first bytes, and with them for the size and version of the file. Throws `Fault`; a
   * `NetworkFault` where a browser does not say why.
   */
  async open(
    lengthInBytes: number,
  ): Promise<{ readonly pinned: Pinned; readonly head: Uint8Array }> {
    const opened = await retrying(
      async () => {
        this.#count(1, 0);
        const answer = await beginRange(this.#url, rangeOf(0, lengthInBytes), this.#patience);
        try {
          return await this.#opened(answer, lengthInBytes);
        } catch (error) {
          answer.stop();
          throw error;
        }
      },
      () => 0,
      (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    );
    this.#pinned = opened.pinned;
    return opened;
  }

  /** The bytes from `start` up to `end`. Waits for them. Throws `Fault`. */
  fetch(start: number, end: number): Uint8Array {
    const bytes = new Uint8Array(end - start);
    const tries = new Tries(0, maxWaitInMilliseconds);
    for (let done = 0; done < bytes.length; ) {
      try {
        const part = this.#part(start + done, end);
        bytes.set(part, done);
        done += part.length;
        if (done < bytes.length && part.length < leastProgressInBytes) {
          const asked = plural(bytes.length - done + part.length, 'byte');
          throw new Fault(`${this.#url.host} answers with ${part.length} of ${asked}`, 'again');
        }
      } catch (error) {
        pass(tries.pauseAfter(error, done));
      }
    }
    return bytes;
  }

  async #opened(
    answer: BegunAnswer,
    lengthInBytes: number,
  ): Promise<{ readonly pinned: Pinned; readonly head: Uint8Array }> {
    const { host } = this.#url;
    const empty = pinnedIfEmpty(answer);
    if (empty !== undefined) {
      answer.stop();
      return { pinned: empty, head: new Uint8Array() };
    }
    const { statusCode, headers, isOfOtherSite } = answer;
    if (statusCode === 206 && headers['content-range'] === undefined && isOfOtherSite) {
      throw new Fault(
        `${host} does not let this page read Content-Range: it must send Access-Control-Expose-Headers: ${exposedHeaders}`,
        'final',
      );
    }
    const { end, pinned } = checkedAnswer(answer, host, 0, lengthInBytes, null);
    const head = new Uint8Array(end);
    const length = await answer.read(head, (came) => this.#count(0, came));
    refuseLength(host, end, length);
    refusePage(answer, host, head);
    return { pinned, head };
  }

  #part(start: number, end: number): Uint8Array {
    const { host } = this.#url;
    const answer = this.#ask(start, end);
    this.#count(0, answer.body.length);
    const part = checkedAnswer(answer, host, start, end, this.#pinned);
    refuseLength(host, part.end - start, answer.body.length);
    return answer.body;
  }

  /** Where the server does not allow `If-Match`, each answer is still compared with the first. */
  #ask(start: number, end: number): WholeAnswer {
    const pinning = this.#pinned === null ? {} : pinningHeaders(this.#pinned);
    if (this.#isPinningAllowed === false || Object.keys(pinning).length === 0) {
      return this.#send(start, end, {});
    }
    try {
      const answer = this.#send(start, end, pinning);
      this.#isPinningAllowed = true;
      return answer;
    } catch (error) {
      if (!(error instanceof NetworkFault) || this.#isPinningAllowed === true) {
        throw error;
      }
      const answer = this.#send(start, end, {});
      this.#isPinningAllowed = false;
      return answer;
    }
  }

  #send(start: number, end: number, pinning: Readonly<Record<string, string>>): WholeAnswer {
    this.#count(1, 0);
    const headers = { ...rangeOf(start, end), ...pinning };
    return this.#wait(this.#url, headers, end - start, this.#patience);
  }

  #count(requests: number, bytesFetched: number): void {
    for (const traffic of [this.traffic, ...(this.#account === undefined ? [] : [this.#account])]) {
      traffic.requests += requests;
      traffic.bytesFetched += bytesFetched;
    }
  }
}

function rangeOf(start: number, end: number): Record<string, string> {
  return { range: `bytes=${start}-${end - 1}` };
}

/** A browser unpacks what a server packs, and hides the header that says so. */
function refuseLength(host: string, wanted: number, got: number): void {
  if (got !== wanted) {
    throw new Fault(
      `${host} sends the file compressed, or a body of another length: wanted ${plural(wanted, 'byte')}, got ${got > wanted ? 'more' : got}`,
      'final',
    );
  }
}

function pass(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
