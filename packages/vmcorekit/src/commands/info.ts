import { basename } from 'node:path';
import { type Dump, pagesIn } from '@vmcorekit/core';
import { damageOf, type PageTally } from '@vmcorekit/engine';
import { infoJson, infoReport } from '@vmcorekit/report';
import { flag } from '../arguments/option-spec.ts';
import { type Command, defineCommand, type Invocation } from '../command.ts';
import { originOf } from '../dumps/locate-with-progress.ts';
import { ManyDumps, recursiveOption } from '../dumps/many-dumps.ts';
import { dumpExits, exitStatus } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { ProgressLine } from '../terminal/progress-line.ts';

/**
 * Counting asks the file's index for every page. For this many (16 GiB of 4 KiB pages) that takes
 * about a second.
 */
const cheaplyCountedPages = 2 ** 22;

export const info: Command = defineCommand({
  operands: [{ name: 'DUMP', isRepeatable: true, isDump: true, completes: 'file' }],
  options: {
    recursive: recursiveOption,
    pages: flag('count stored, zero and excluded pages, even if there are millions'),
    verbose: flag(
      'show every register, all reasons and the whole VMCOREINFO; also name each file ' +
        'that -r passes over',
      'v',
    ),
  },
  details: [
    'Shows the format, who wrote the file, header fields, the memory map, CPUs with their ' +
      'registers, notes, VMCOREINFO, and damage. It does not search for a kernel; `vmcorekit ' +
      'probe` does. The parts of a split dump are joined, in any order.',
  ],
  exits: {
    ...dumpExits,
    0: 'every dump was read',
    1: 'no dump was found (-r)',
  },
  examples: ['vmcore', '--json vmcore', 'part.1 part.2', '-r /var/crash'],
  async run(invocation) {
    const { options, operands } = invocation;
    return await new ManyDumps(invocation, options.verbose).each(
      operands,
      options.recursive,
      async (dump) => {
        const origin = await originOf(invocation, dump);
        const { memory } = dump.image;
        const isCounted = options.pages || pagesIn(memory) <= cheaplyCountedPages;
        const tally = isCounted ? await tallyWithProgress(invocation, dump) : null;
        const answer = { dump, origin, tally, damage: damageOf(dump, tally) };
        await writeAnswer(
          invocation,
          () => infoJson(answer),
          (style) => infoReport(answer, style, options.verbose),
        );
        return exitStatus.answered;
      },
    );
  },
});

async function tallyWithProgress(
  { toolkit, io, global }: Invocation,
  dump: Dump,
): Promise<PageTally> {
  using line = new ProgressLine(io, global.quiet);
  const about = basename(dump.files[0] ?? '');
  return await toolkit.countPages(dump, {
    signal: io.signal,
    onProgress: (progress) => line.show(progress, about),
  });
}
