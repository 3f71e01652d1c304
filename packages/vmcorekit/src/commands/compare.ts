import { basename } from 'node:path';
import { type Dump, sizeOfRanges } from '@vmcorekit/core';
import type { Comparison } from '@vmcorekit/engine';
import { comparisonJson, comparisonReport } from '@vmcorekit/report';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand, type Invocation } from '../command.ts';
import { dumpsOf } from '../dumps/dumps-of.ts';
import { settleLayout } from '../dumps/settle-layout.ts';
import { withDump } from '../dumps/with-dump.ts';
import { dumpExits, exitStatus } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { ProgressLine } from '../terminal/progress-line.ts';

export const compare: Command = defineCommand({
  readsAll: true,
  operands: [
    { name: 'A', isDump: true, completes: 'file' },
    { name: 'B', isRepeatable: true, completes: 'file' },
  ],
  options: {},
  details: [
    'Compares the memory of two dumps page by page, and their notes. The formats may differ. A ' +
      'page is equal or different if both dumps hold it. It is unknown if a dump excludes it, ' +
      'has it corrupt, or does not have it at all.',
    'If you give more than two files, the parts of a split dump are recognised and joined, in ' +
      'any order.',
  ],
  exits: {
    ...dumpExits,
    0: 'everything is equal, and nothing is unknown',
    1: 'something is different or unknown',
  },
  examples: ['vmcore.elf vmcore.kdump', '--json before after', 'part.1 part.2 joined'],
  async run(invocation) {
    const [firstFiles, secondFiles] = await twoDumps(invocation, invocation.operands);
    return await withDump(invocation, firstFiles, (first) =>
      withDump(invocation, secondFiles, async (second) => {
        await settleLayout(invocation, first);
        await settleLayout(invocation, second);
        const comparison = await compareWithProgress(invocation, first, second);
        await writeAnswer(
          invocation,
          () => comparisonJson([first, second], comparison),
          (style) => comparisonReport([first, second], comparison, style),
        );
        return comparison.isEqual ? exitStatus.answered : exitStatus.unanswered;
      }),
    );
  },
});

/**
 * The files of each of the two dumps. Throws the error of the first bad file, and `UsageError` if
 * there are not two dumps. Two files are always two dumps. Of more files, some must be parts of one
 * dump.
 */
async function twoDumps(
  invocation: Invocation,
  paths: readonly string[],
): Promise<readonly [readonly string[], readonly string[]]> {
  const dumps: (readonly string[])[] = paths.length === 2 ? paths.map((path) => [path]) : [];
  if (paths.length > 2) {
    for await (const dump of dumpsOf(invocation, paths)) {
      if ('error' in dump) {
        throw dump.error;
      }
      for (const part of dump.parts) {
        part[Symbol.dispose]();
      }
      dumps.push(dump.files);
    }
  }
  const [first, second] = dumps;
  if (first === undefined || second === undefined || dumps.length > 2) {
    const found = dumps.map((files) => files.join(' and ')).join('; ');
    throw new UsageError(
      `wanted two dumps, got ${dumps.length} (${found}); if both are split, join one with \`convert\` first`,
    );
  }
  return [first, second];
}

async function compareWithProgress(
  { toolkit, io, global }: Invocation,
  first: Dump,
  second: Dump,
): Promise<Comparison> {
  using line = new ProgressLine(io, global.quiet, sizeOfRanges(first.image.memory.ranges));
  const about = [first, second].map(({ files }) => basename(files[0] ?? '')).join(' and ');
  return await toolkit.compare(first, second, {
    signal: io.signal,
    onProgress: (progress) => line.show(progress, about),
  });
}
