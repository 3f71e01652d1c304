// Serves a folder by ranges, in a thread: the tests' own thread sleeps while it reads. The first
// part of a path says which fault to make.
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

const { folder } = workerData as { readonly folder: string };
/** Requests to each path so far, for faults that come later. */
const counts = new Map<string, number>();

type Fault = (response: ServerResponse, count: number) => boolean;

function answering(status: number, from: number, headers: Record<string, string> = {}): Fault {
  return (response, count) => {
    if (count >= from) {
      response.writeHead(status, headers).end('secret');
    }
    return count >= from;
  };
}

const faults: Readonly<Record<string, Fault>> = {
  whole: answering(200, 0),
  page: answering(200, 0, { 'content-type': 'text/html' }),
  forbidden: answering(403, 0),
  missing: answering(404, 0),
  changed: answering(412, 1),
  fails: answering(503, 1),
  circle: answering(302, 0, { location: '?' }),
};

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '', 'http://host');
  const [, first = ''] = pathname.split('/');
  const count = counts.get(pathname) ?? 0;
  counts.set(pathname, count + 1);
  if (faults[first]?.(response, count) === true) {
    return;
  }
  const path = join(
    folder,
    decodeURIComponent(first in faults ? pathname.slice(first.length + 1) : pathname),
  );
  try {
    const { size, mtimeMs } = statSync(path);
    const [, start = 0, last = 0] =
      /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')?.map(Number) ?? [];
    const bytes = Buffer.alloc(Math.min(size, last + 1) - start);
    const file = openSync(path, 'r');
    readSync(file, bytes, 0, bytes.length, start);
    closeSync(file);
    response.writeHead(206, {
      'content-range': `bytes ${start}-${start + bytes.length - 1}/${size}`,
      'content-length': bytes.length,
      etag: `"${size}-${mtimeMs}"`,
    });
    response.end(bytes);
  } catch {
    response.writeHead(404).end('secret');
  }
});
server.listen(0, '127.0.0.1', () => {
  parentPort?.postMessage((server.address() as AddressInfo).port, []);
});
