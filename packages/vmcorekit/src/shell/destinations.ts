import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Destination } from '@vmcorekit/shell';
import { type Io, write } from '../io.ts';
import { refuseInput } from '../writing/refuse-input.ts';
import { fileDestination } from './file-destination.ts';
import type { OpenDestination } from './open-destination.ts';

/** The exit status of a shell that finds no such command. */
const notFound = 127;

/** How Node says that the reader of a pipe has gone: at the first write, and at each later one. */
const readerGone: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EOF',
  'EPIPE',
  'ERR_STREAM_DESTROYED',
]);

/** Opens a file or a pipe for an answer. Never replaces a file of the dump. */
export function openDestination(
  to: Destination,
  io: Io,
  dumpFiles: readonly string[],
): OpenDestination {
  if (to.kind === 'pipe') {
    return pipeTo(to.command, io, io.env);
  }
  const path = resolve(io.folder, to.path);
  refuseInput(dumpFiles, [path]);
  return fileDestination(path, to.isAppended, io.signal);
}

/** Writes to a command of the system's shell, whose output goes to the shell's own. */
export function pipeTo(command: string, io: Io, env: Io['env']): OpenDestination {
  const child = spawnShell(command, io, 'pipe', env);
  const stdin = child.stdin;
  const ended = endOf(child, io);
  // The writer gets the error of a write; a command may end before it has read all.
  stdin?.on('error', () => {});
  return {
    stdout: {
      write: (chunk, done) =>
        stdin?.write(chunk, (error) => done(error == null ? error : asBrokenPipe(error))) ?? done(),
    },
    async end() {
      stdin?.end();
      await ended;
    },
  };
}

function asBrokenPipe(error: NodeJS.ErrnoException): Error {
  return readerGone.has(error.code ?? '') ? Object.assign(error, { code: 'EPIPE' }) : error;
}

/** Runs a command of the system's shell, and returns its exit status. */
export async function runSystem(command: string, io: Io): Promise<number> {
  return await endOf(spawnShell(command, io, 'inherit', io.env), io);
}

function spawnShell(
  command: string,
  io: Io,
  stdin: 'pipe' | 'inherit',
  env: Io['env'],
): ChildProcess {
  // A stream without a descriptor belongs to a test.
  const own = 'fd' in io.stdout ? 'inherit' : 'pipe';
  return spawn(command, {
    shell: true,
    cwd: io.folder,
    env: { ...env },
    stdio: [stdin, own, own],
  });
}

async function endOf(child: ChildProcess, io: Io): Promise<number> {
  const copies = [
    [child.stdout, io.stdout],
    [child.stderr, io.stderr],
  ] as const;
  const copied = copies.map(async ([from, to]) => {
    for await (const chunk of from ?? []) {
      await write(to, chunk as Uint8Array);
    }
  });
  const status = await new Promise<number>((done) => {
    child.on('close', (code, signal) => done(code ?? (signal === null ? 0 : notFound + 1)));
    child.on('error', () => done(notFound));
  });
  await Promise.all(copied);
  return status;
}
