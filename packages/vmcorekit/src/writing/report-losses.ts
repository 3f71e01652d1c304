import { type Dump, printable, type WriteReport } from '@vmcorekit/core';
import { lossLines } from '@vmcorekit/report';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { complain, type Io } from '../io.ts';

/** Says on stderr what of the input could not be read, and so is not in the output. */
export async function reportLosses(
  io: Pick<Io, 'stderr'>,
  dump: Dump,
  written: WriteReport,
  mended: readonly string[] = [],
): Promise<ExitStatus> {
  const lines = lossLines(dump.damage, written, mended);
  for (const line of lines) {
    await complain(io, `vmcorekit: ${printable(line)}\n`);
  }
  return lines.length === 0 ? exitStatus.answered : exitStatus.unanswered;
}
