import type { GdbTarget } from '@vmcorekit/gdb';
import { UsageError } from '../arguments/usage-error.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { type InputStream, type Io, write } from '../io.ts';
import { serveClient } from './serve-client.ts';

/** The client's requests. Throws `UsageError` where a person typed the command. */
export function clientOnStdin({ stdin }: Pick<Io, 'stdin'>): InputStream {
  if (stdin === undefined || stdin.isTTY === true) {
    throw new UsageError(
      '--stdio is for gdb, which starts it: target remote | vmcorekit gdbserver --stdio DUMP',
    );
  }
  return stdin;
}

/**
 * Serves the one client that started this process: gdb's `target remote | COMMAND`. Rejects with
 * `OutputError` where the client has gone.
 */
export async function serveOnStdio(
  target: GdbTarget,
  input: InputStream,
  { stdout }: Pick<Io, 'stdout'>,
): Promise<ExitStatus> {
  await serveClient(target, input, (bytes) => write(stdout, bytes));
  return exitStatus.answered;
}
