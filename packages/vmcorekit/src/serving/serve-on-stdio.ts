import type { GdbTarget } from '@vmcorekit/gdb';
import { UsageError } from '../arguments/usage-error.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { type Io, write } from '../io.ts';
import { serveClient } from './serve-client.ts';

/**
 * Serves the one client that started this process: gdb's `target remote | COMMAND`. Rejects with
 * `OutputError` where the client has gone.
 */
export async function serveOnStdio(target: GdbTarget, { stdin, stdout }: Io): Promise<ExitStatus> {
  if (stdin === undefined || stdin.isTTY === true) {
    throw new UsageError(
      '--stdio is for gdb, which starts it: target remote | vmcorekit gdbserver --stdio DUMP',
    );
  }
  await serveClient(target, stdin, (bytes) => write(stdout, bytes));
  return exitStatus.answered;
}
