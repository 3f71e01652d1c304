// Imports what a request passes through: the check of its host, turns, the router, the layout.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { printable, shownText } from '@vmcorekit/core';
import { systemReason } from '@vmcorekit/core/system-reason';
import { jsonLine } from '@vmcorekit/report';
import type { ServeSettings } from 'vmcorekit/fleet';
import { sentenceOf } from '../analysis/sentence.ts';
import type { Database } from '../database/database.ts';
import type { Answer } from './answer.ts';
import { BadRequest } from './bad-request.ts';
import { isOwnHost } from './host-check.ts';
import { html } from './html.ts';
import { documentOf } from './layout.ts';
import { type PageRequest, readRequest } from './request.ts';
import { answerTo } from './router.ts';
import { Turns } from './turns.ts';

/** A page loads nothing but its style sheet, runs nothing, and stands in no frame. */
const contentSecurityPolicy =
  "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const headers = {
  'Content-Security-Policy': contentSecurityPolicy,
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  Vary: 'Accept',
};

const maxConnections = 64;
/** Questions to the database at once: `fleet run` needs connections too. */
const maxQuestions = 2;
const maxWaiting = 32;

/** Serves the pages of a database until it is stopped. */
export class PageServer {
  readonly #database: Database;
  readonly #settings: ServeSettings;
  readonly #remark: (text: string) => void;
  readonly #turns: Turns = new Turns(maxQuestions, maxWaiting);
  readonly #server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, maxHeaderSize: 16_384 },
    (request, response) => void this.#serve(request, response),
  );

  private constructor(database: Database, settings: ServeSettings, remark: (text: string) => void) {
    this.#database = database;
    this.#settings = settings;
    this.#remark = remark;
  }

  /** Listens, and says where. Rejects with a sentence if the address cannot be used. */
  static async start(
    database: Database,
    settings: ServeSettings,
    remark: (text: string) => void,
  ): Promise<PageServer> {
    const started = new PageServer(database, settings, remark);
    const server = started.#server;
    const { host, port } = settings;
    server.maxConnections = maxConnections;
    try {
      server.listen({ host, port });
      await once(server, 'listening');
    } catch (error) {
      throw new Error(
        `port ${port} of ${host} cannot be used: ${systemReason(error)} (port 0 picks a free one)`,
        { cause: error },
      );
    }
    const place = server.address();
    const used = typeof place === 'object' && place !== null ? place.port : port;
    settings.onListening(`http://${host.includes(':') ? `[${host}]` : host}:${used}/`);
    return started;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers: given } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      send(response, method, plain(405, 'this server only shows: use GET'), { Allow: 'GET, HEAD' });
      return;
    }
    if (!isOwnHost(given.host, this.#settings.names)) {
      const advice = 'this is no name of this server: start it with --name NAME to allow it';
      send(response, method, plain(421, advice));
      return;
    }
    let wanted: PageRequest | undefined;
    try {
      const read = readRequest(request.url ?? '', given.accept);
      wanted = read;
      const turn = this.#turns.take(() =>
        answerTo(read, this.#database, this.#settings.browserPage),
      );
      if (turn === undefined) {
        send(response, method, plain(503, 'too many ask at once: try again'), {
          'Retry-After': '2',
        });
        return;
      }
      send(response, method, await turn);
    } catch (error) {
      send(response, method, this.#failed(error, wanted));
    }
  }

  /** What a client may know: its own mistakes. What is wrong here is said here. */
  #failed(error: unknown, wanted: PageRequest | undefined): Answer {
    if (error instanceof BadRequest) {
      return failure(error.status, error.message, wanted);
    }
    this.#remark(`a page could not be made: ${shownText(sentenceOf(error))}`);
    return failure(503, 'the database does not answer: see the messages of the server', wanted);
  }
}

function plain(status: number, text: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n` };
}

function failure(status: number, text: string, wanted: PageRequest | undefined): Answer {
  if (wanted?.form === 'json') {
    const body = jsonLine({ schema: 1, error: { message: printable(text) } });
    return { status, type: 'application/json; charset=utf-8', body };
  }
  const title = status === 404 ? 'Not found' : status === 400 ? 'Not understood' : 'No answer';
  const body = documentOf({ title, section: '', body: html`<p>${text}.</p>` });
  return { status, type: 'text/html; charset=utf-8', body };
}

function send(
  response: ServerResponse,
  method: string,
  { status, type, body }: Answer,
  extra: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    ...headers,
    'Content-Type': type,
    'Content-Length': bytes.length,
    ...extra,
  });
  response.end(method === 'HEAD' ? undefined : bytes);
}
