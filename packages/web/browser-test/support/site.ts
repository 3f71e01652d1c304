import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  contentSecurityPolicy,
  pluginWorkerPolicy,
  remoteWorkerPolicy,
} from '../../dist/policy.js';

const kinds: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
};
const folder = fileURLToPath(new URL('../../site', import.meta.url));

/** The built page on a port of this machine. */
export interface Site {
  readonly url: string;
  /** The paths that were asked for, in order. */
  readonly asked: string[];
  /** Files with another text than the built one, by path; null for one that is gone. */
  readonly changed: Map<string, string | null>;
  /** Paths that lead elsewhere. */
  readonly redirects: Map<string, string>;
  stop(): Promise<void>;
}

/**
 * Serves the built files with the page's policy, or as a host that sends no or other headers; in
 * several folders if wanted.
 */
export async function startSite({
  policies: arePolicies = true,
  folders = ['/'],
  ofPluginWorker = pluginWorkerPolicy,
  ofRemoteWorker = remoteWorkerPolicy,
} = {}): Promise<Site> {
  const asked: string[] = [];
  const changed = new Map<string, string | null>();
  const redirects = new Map<string, string>();
  const policies = new Map([
    ['/plugin-worker.js', ofPluginWorker],
    ['/remote-worker.js', ofRemoteWorker],
  ]);
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    asked.push(pathname);
    const location = redirects.get(pathname);
    if (location !== undefined) {
      response.writeHead(308, { location }).end();
      return;
    }
    const base = folders.find((each) => pathname.startsWith(each)) ?? '/';
    const name = pathname.slice(base.length);
    const file = join(folder, normalize(name === '' ? 'index.html' : name));
    const text = changed.get(pathname);
    if (
      text === null ||
      !file.startsWith(folder) ||
      !existsSync(file) ||
      !statSync(file).isFile()
    ) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': kinds[extname(file)] ?? 'application/octet-stream',
      ...(arePolicies
        ? { 'content-security-policy': policies.get(`/${name}`) ?? contentSecurityPolicy }
        : {}),
      'cache-control': 'no-cache',
    });
    if (text === undefined) {
      createReadStream(file).pipe(response);
    } else {
      response.end(text);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    asked,
    changed,
    redirects,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
