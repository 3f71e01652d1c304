import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { runPeer } from './peers.ts';
import { bin } from './vmcorekit.ts';

/** The gdb that knows all machines; undefined where it is not here. */
export const gdbVersion: string | undefined = /GNU gdb .* ([\d.]+)/.exec(
  runPeer('gdb-multiarch', ['--version']).output,
)?.[1];

/** A server of one dump. */
export interface GdbServer {
  readonly port: string;
  stop(): void;
}

/** Serves a dump on a free port. */
export async function serve(dump: string): Promise<GdbServer> {
  const server = spawn(process.execPath, [bin, 'gdbserver', '--port', '0', dump], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { port: await portOf(server), stop: () => void server.kill() };
}

async function portOf(server: ChildProcess): Promise<string> {
  const { stdout } = server;
  if (stdout === null) {
    throw new Error('the server has no output');
  }
  for await (const line of createInterface({ input: stdout })) {
    const port = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port !== undefined) {
      stdout.resume();
      return port;
    }
  }
  const [status] = await once(server, 'exit');
  throw new Error(`the server ended with ${status}`);
}

/** What gdb prints for these commands, once it has attached. */
export function gdb(
  { port }: GdbServer,
  byteOrder: 'big' | 'little',
  commands: readonly string[],
): string {
  const all = [
    'set pagination off',
    'set remotetimeout 3600',
    `set endian ${byteOrder}`,
    `target remote 127.0.0.1:${port}`,
    ...commands,
  ];
  return runPeer('gdb-multiarch', ['-nx', '-batch', ...all.flatMap((each) => ['-ex', each])])
    .output;
}
