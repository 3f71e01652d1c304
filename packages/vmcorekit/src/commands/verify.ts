import { basename } from 'node:path';
import type { Dump, Progress, ReadStatistics } from '@vmcorekit/core';
import type { Verification } from '@vmcorekit/engine';
import { verificationJson, verificationReport } from '@vmcorekit/report';
import { defaultWorkers, workersOption } from '../arguments/workers-option.ts';
import { type Command, defineCommand, type Invocation } from '../command.ts';
import { type DumpFiles, dumpsOf } from '../dumps/dumps-of.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { write } from '../io.ts';
import { tallyInThreads } from '../library/verifying/tally-in-threads.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { ProgressLine } from '../terminal/progress-line.ts';
import { reportError } from '../terminal/report-error.ts';

export const verify: Command = defineCommand({
  operands: [{ name: 'DUMP', isRepeatable: true, completes: 'file' }],
  options: { workers: workersOption('read pages') },
  details: [
    'Reads everything a dump holds: headers, bitmaps, descriptors, notes, segments, and every page, decompressed. Counts what is damaged, ' +
      'by kind, and shows the first few places of each with page frame number and file offset. The parts of a split dump are joined, in ' +
      'any order. The exit status is 0 where a dump is sound, 1 where something is damaged, 3 where it cannot be opened at all.',
  ],
  examples: ['vmcore', '--json vmcore', 'dump.1 dump.2 dump.3'],
  async run(invocation) {
    let worst: ExitStatus = exitStatus.answered;
    let isFirst = true;
    const threadCount =
      invocation.plugins.loaded.length > 0 ? 1 : (invocation.options.workers ?? defaultWorkers());
    for await (const dumpFiles of dumpsOf(invocation, invocation.operands)) {
      if (!isFirst && !invocation.global.json) {
        await write(invocation.io.stdout, '\n');
      }
      isFirst = false;
      const status = await verifyOne(invocation, dumpFiles, threadCount);
      worst = status > worst ? status : worst;
    }
    return worst;
  },
});

/** Verifies one dump. One that cannot be opened is told, and the others go on. */
async function verifyOne(
  invocation: Invocation,
  dumpFiles: DumpFiles,
  threadCount: number,
): Promise<ExitStatus> {
  const { io, global } = invocation;
  io.signal.throwIfAborted();
  try {
    if ('error' in dumpFiles) {
      throw dumpFiles.error;
    }
    using dump = await dumpFiles.open();
    const { verification, statistics } = await verifyWithProgress(invocation, dump, threadCount);
    await writeAnswer(
      invocation,
      () => verificationJson(dump, verification, statistics),
      (style) => verificationReport(dump, verification, statistics, style),
    );
    return verification.isSound ? exitStatus.answered : exitStatus.unanswered;
  } catch (error) {
    if (io.signal.aborted) {
      throw error;
    }
    return reportError(io, error, {
      json: global.json,
      debug: global.debug,
      files: dumpFiles.files,
    });
  }
}

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
  const { bytesRead, pagesRead } = dump.statistics;
  return {
    verification,
    statistics: {
      bytesRead: bytesRead + (elsewhere?.bytesRead ?? 0),
      pagesRead: pagesRead + (elsewhere?.pagesRead ?? 0),
    },
  };
}
