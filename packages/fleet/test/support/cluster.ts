import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A PostgreSQL server of a test, in a folder of its own. */
export interface Cluster {
  readonly url: string;
  /** The URL of another database in it; it is made if it is not there. */
  databaseUrl(name: string): string;
  start(): void;
  /** `immediate` is what a crash does. */
  stop(mode: 'fast' | 'immediate'): void;
  /** Stops it, and removes its folder. */
  remove(): void;
}

/** The newest programs of Debian's packages, or those of `PATH`; undefined if there are none. */
function programs(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian)
    ? readdirSync(debian).sort((a, b) => Number(b) - Number(a))
    : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ];
  return folders.find((folder) => folder !== '' && existsSync(join(folder, 'initdb')));
}

/** Makes a server and starts it; undefined where PostgreSQL is not installed. */
export async function createCluster(): Promise<Cluster | undefined> {
  const bin = programs();
  if (bin === undefined) {
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'fleet-postgres-'));
  // PostgreSQL refuses to run as root.
  const user = process.getuid?.() === 0 ? userNamed('postgres') : undefined;
  if (process.getuid?.() === 0 && user === undefined) {
    return undefined;
  }
  if (user !== undefined) {
    chownSync(folder, user.uid, user.gid);
  }
  const data = join(folder, 'data');
  const run = (program: string, args: readonly string[]): void => {
    const { status, stderr } = spawnSync(join(bin, program), args, {
      cwd: folder,
      encoding: 'utf8',
      // A server keeps what it inherits open, and a pipe would never end.
      stdio: ['ignore', 'ignore', program === 'initdb' ? 'pipe' : 'ignore'],
      ...user,
    });
    if (status !== 0) {
      throw new Error(`${program} failed: ${stderr}`);
    }
  };
  run('initdb', ['-D', data, '-A', 'trust', '-U', 'fleet', '--no-sync']);
  const port = await freePort();
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`;
  const cluster: Cluster = {
    url: `postgres://fleet:secret-word@127.0.0.1:${port}/postgres`,
    databaseUrl(name) {
      spawnSync(join(bin, 'createdb'), ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'fleet', name], {
        cwd: folder,
        stdio: 'ignore',
        ...user,
      });
      return `postgres://fleet:secret-word@127.0.0.1:${port}/${name}`;
    },
    start: () => run('pg_ctl', ['-D', data, '-w', '-t', '600', '-o', settings, 'start']),
    stop: (mode) => run('pg_ctl', ['-D', data, '-w', '-t', '600', '-m', mode, 'stop']),
    remove() {
      spawnSync(join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', 'stop'], {
        cwd: folder,
        stdio: 'ignore',
        ...user,
      });
      rmSync(folder, { recursive: true, force: true });
    },
  };
  cluster.start();
  return cluster;
}

function userNamed(name: string): { readonly uid: number; readonly gid: number } | undefined {
  try {
    const idOf = (flag: string): number =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch {
    return undefined;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
