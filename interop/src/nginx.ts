import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** Debian's is not in the path of users. */
const program = '/usr/sbin/nginx';

export function isNginxHere(): boolean {
  return spawnSync(program, ['-v']).status === 0;
}

export interface DistantServer extends AsyncDisposable {
  readonly url: string;
  /** How many requests came so far. */
  requestCount(): number;
}

/** nginx that serves a folder, through a relay with that round trip. */
export async function distantNginx(
  root: string,
  roundTripInMilliseconds: number,
): Promise<DistantServer> {
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-nginx-'));
  const serverPort = await freePort();
  const config = join(folder, 'nginx.conf');
  writeFileSync(config, configOf(folder, resolve(root), serverPort));
  const server = spawn(program, ['-e', join(folder, 'error.log'), '-c', config], {
    stdio: 'ignore',
  });
  await answering(serverPort);
  const relay = new Worker(new URL('./relay.js', import.meta.url), {
    workerData: { serverPort, roundTripInMilliseconds },
  });
  const [port] = (await once(relay, 'message')) as [number];
  return {
    url: `http://127.0.0.1:${port}`,
    requestCount: () => readFileSync(join(folder, 'access.log'), 'utf8').split('\n').length - 1,
    [Symbol.asyncDispose]: async () => {
      await relay.terminate();
      await stop(server);
      rmSync(folder, { recursive: true });
    },
  };
}

/** All that nginx writes goes into the folder. */
function configOf(folder: string, root: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return [
    // As root, its workers would otherwise become users who may not read the dumps.
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'daemon off;',
    `pid ${folder}/pid;`,
    'worker_processes 1;',
    'events { }',
    'http {',
    `  access_log ${folder}/access.log;`,
    ...temporary.map((name) => `  ${name}_temp_path ${folder}/${name};`),
    `  server { listen 127.0.0.1:${port}; root ${root}; }`,
    '}',
    '',
  ].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until something listens there. */
async function answering(port: number): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    const socket = connect({ port, host: '127.0.0.1' });
    const isThere = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isThere) {
      return;
    }
    await sleep(50);
  }
  throw new Error('nginx does not listen');
}

async function stop(server: ChildProcess): Promise<void> {
  server.kill('SIGTERM');
  if (server.exitCode === null && server.signalCode === null) {
    await once(server, 'exit');
  }
}
