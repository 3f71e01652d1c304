import { type Dump, printable, type WriteReport } from '@vmcorekit/core';
import { unreadableText } from '@vmcorekit/report';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { complain, type Io } from '../io.ts';

/**
 * Says on stderr what of the input could not be read, and so is not in the output. Leaves out
 * damage that was `mended`. Damaged pages are counted when they are read.
 */
export async function reportLosses(
  io: Pick<Io, 'stderr'>,
  dump: Dump,
  { pagesUnreadable }: WriteReport,
  mended: readonly string[] = [],
): Promise<ExitStatus> {
  const lost = dump.damage
    .filter(
      ({ name, loses }) => (loses === 'memory' || loses === 'notes') && !mended.includes(name),
    )
    .map(({ name, detail }) => `${name}: ${detail}`);
  const lines = pagesUnreadable === 0 ? lost : [...lost, unreadableText(pagesUnreadable)];
  for (const line of lines) {
    await complain(io, `vmcorekit: ${printable(line)}\n`);
  }
  return lines.length === 0 ? exitStatus.answered : exitStatus.unanswered;
}
