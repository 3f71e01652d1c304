import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server must send so that a page of another site may read a file by ranges. */
export const cors: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'Range, If-Match',
  'access-control-expose-headers': 'Content-Range, ETag',
  'access-control-max-age': '600',
};

/** One request as it came. */
export interface RemoteRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** How many bytes of a body came with it. */
  bodyInBytes: number;
}

/** A server of another site than the page, which the test changes between requests. */
export interface RemoteServer {
  readonly origin: string;
  readonly requests: RemoteRequest[];
  /** What is served, by path. */
  readonly files: Map<string, Uint8Array>;
  /** The headers of each answer. */
  headers: Readonly<Record<string, string>>;
  etag: string | null;
  /** Answers in place of the server, if it returns true. */
  instead: (request: IncomingMessage, response: ServerResponse) => boolean;
  stop(): Promise<void>;
}

/** Sends ranges as servers should, with `cors`. */
export async function startRemote(): Promise<RemoteServer> {
  const requests: RemoteRequest[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const entry: RemoteRequest = { method, url, headers, bodyInBytes: 0 };
    requests.push(entry);
    request.on('data', (part: Uint8Array) => {
      entry.bodyInBytes += part.length;
    });
    if (!remote.instead(request, response)) {
      answer(remote, request, response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const remote: RemoteServer = {
    origin: `http://127.0.0.1:${port}`,
    requests,
    files: new Map(),
    headers: cors,
    etag: '"one"',
    instead: () => false,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return remote;
}

function answer(
  { files, headers, etag }: RemoteServer,
  { method, url = '', headers: { range = '', 'if-match': wanted } }: IncomingMessage,
  response: ServerResponse,
): void {
  const all = { ...headers, ...(etag === null ? {} : { etag }) };
  const file = files.get(new URL(url, 'http://server').pathname);
  if (method === 'OPTIONS') {
    response.writeHead(204, all).end();
  } else if (file === undefined) {
    response.writeHead(404, all).end('secret');
  } else if (wanted !== undefined && wanted !== etag) {
    response.writeHead(412, all).end();
  } else {
    const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
    const body = file.subarray(Number(start), Number(last) + 1);
    const end = Number(start) + body.length - 1;
    response
      .writeHead(206, {
        ...all,
        'content-range': `bytes ${start}-${end}/${file.length}`,
        'content-length': body.length,
      })
      .end(body);
  }
}
