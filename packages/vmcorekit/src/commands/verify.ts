import { basename } from 'node:path';
import type { Dump, Progress, ReadStatistics } from '@vmcorekit/core';
import type { Verification } from '@vmcorekit/engine';
import { verificationJson, verificationReport } from '@vmcorekit/report';
import { defaultWorkers, workersOption } from '../arguments/workers-option.ts';
import { type Command, defineCommand, type Invocation } from '../command.ts';
import { ManyDumps, recursiveOption, verboseWalk } from '../dumps/many-dumps.ts';
import { dumpExits, exitStatus } from '../exit-status.ts';
import { tallyInThreads } from '../library/verifying/tally-in-threads.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { ProgressLine } from '../terminal/progress-line.ts';

export const verify: Command = defineCommand({
  readsAll: true,
  operands: [{ name: 'DUMP', isRepeatable: true, isDump: true, completes: 'file' }],
  options: {
    recursive: recursiveOption,
    workers: workersOption('read pages'),
    verbose: verboseWalk,
  },
  details: [
    'Reads everything a dump holds: headers, bitmaps, descriptors, notes, segments, and ' +
      'every page, decompressed. Counts the damage by kind. Shows the first few places of ' +
      'each kind, with page frame number and file offset. The parts of a split dump are ' +
      'joined, in any order.',
  ],
  exits: {
    ...dumpExits,
    0: 'every dump is sound',
    1: 'something is damaged, or no dump was found (-r)',
  },
  examples: ['vmcore', '--json vmcore', 'dump.1 dump.2 dump.3', '-r /var/crash'],
  async run(invocation) {
    const { options, operands, plugins } = invocation;
    const threadCount = plugins.loaded.length > 0 ? 1 : (options.workers ?? defaultWorkers());
    return await new ManyDumps(invocation, options.verbose).each(
      operands,
      options.recursive,
      async (dump) => {
        const found = await verifyWithProgress(invocation, dump, threadCount);
        await writeAnswer(
          invocation,
          () => verificationJson(dump, found.verification, found.statistics),
          (style) => verificationReport(dump, found.verification, found.statistics, style),
        );
        return found.verification.isSound ? exitStatus.answered : exitStatus.unanswered;
      },
    );
  },
});

async function verifyWithProgress(
  { toolkit, io, global }: Invocation,
  dump: Dump,
  threadCount: number,
): Promise<{ readonly verification: Verification; readonly statistics: ReadStatistics }> {
  using line = new ProgressLine(io, global.quiet);
  const about = basename(dump.files[0] ?? '');
  const driving = {
    signal: io.signal,
    onProgress: (progress: Progress) => line.show(progress, about),
  };
  const elsewhere = await tallyInThreads(dump, threadCount, driving);
  const verification = await toolkit.verify(dump, driving, elsewhere?.tally);
  const { bytesRead, pagesRead, ...others } = dump.statistics;
  return {
    verification,
    statistics: {
      bytesRead: bytesRead + (elsewhere?.bytesRead ?? 0),
      pagesRead: pagesRead + (elsewhere?.pagesRead ?? 0),
      ...others,
    },
  };
}
