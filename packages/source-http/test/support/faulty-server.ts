import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on this machine, and what it was asked. */
export interface FaultyServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: IncomingMessage[];
}

/** Answers with the handlers in their order; the last one answers all further requests. */
export async function faultyServer(...handlers: readonly Handler[]): Promise<FaultyServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const handler = handlers[Math.min(requests.length, handlers.length - 1)];
    requests.push(request);
    handler?.(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The range that was asked for, as `[start, end)`. */
export function rangeOf({ headers }: IncomingMessage): readonly [number, number] {
  const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  return [Number(start), Number(last) + 1];
}

/** Answers as servers should. */
export function serving(
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>> = { etag: '"one"' },
): Handler {
  return (request, response) => {
    const [start, wanted] = rangeOf(request);
    const end = Math.min(wanted, bytes.length);
    response.writeHead(206, {
      'content-range': `bytes ${start}-${end - 1}/${bytes.length}`,
      'content-length': end - start,
      ...headers,
    });
    response.end(bytes.subarray(start, end));
  };
}

/** Answers with a status, and a body that no error may quote. */
export function refusing(status: number, headers: Readonly<Record<string, string>> = {}): Handler {
  return (_request, response) => {
    response.writeHead(status, headers).end('<Error><Key>secret</Key></Error>');
  };
}

/** Says that it sends all, and cuts the connection after so many bytes. */
export function cutting(bytes: Uint8Array, after: number): Handler {
  return (request, response) => {
    const [start, wanted] = rangeOf(request);
    const end = Math.min(wanted, bytes.length);
    response.writeHead(206, {
      'content-range': `bytes ${start}-${end - 1}/${bytes.length}`,
      'content-length': end - start,
      etag: '"one"',
    });
    response.write(bytes.subarray(start, start + after), () => response.destroy());
  };
}
