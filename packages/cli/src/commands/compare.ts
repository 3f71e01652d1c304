import { basename } from 'node:path';
import type { Comparison, Dump } from '@vmcorekit/core';
import { type Command, defineCommand, type Invocation } from '../command.ts';
import { withDump } from '../dumps/with-dump.ts';
import { exitStatus } from '../exit-status.ts';
import { write } from '../io.ts';
import { comparisonJson } from '../json/comparison-json.ts';
import { jsonLine } from '../json/json-line.ts';
import { ProgressLine } from '../output/progress-line.ts';
import { createStyle } from '../output/style.ts';
import { comparisonReport } from '../report/comparison-report.ts';

export const compare: Command = defineCommand({
  operands: [{ name: 'A' }, { name: 'B' }],
  options: {},
  details: [
    'Compares the memory of two dumps page by page, and their notes, whatever their formats. A page is equal or different where both\n' +
      'dumps hold it; excluded, corrupt, or in one dump only, it is unknown. The exit status is 0 only where all is equal and nothing\n' +
      'unknown, else 1.',
  ],
  examples: ['vmcore.elf vmcore.kdump', '--json before after'],
  async run(invocation) {
    const { io, global, operands } = invocation;
    const [firstPath = '', secondPath = ''] = operands;
    return await withDump(invocation, firstPath, (first) =>
      withDump(invocation, secondPath, async (second) => {
        const comparison = await compareWithProgress(invocation, first, second);
        await write(
          io.stdout,
          global.json
            ? jsonLine(comparisonJson([first, second], comparison))
            : comparisonReport([first, second], comparison, createStyle(io, global['no-color'])),
        );
        return comparison.isEqual ? exitStatus.answered : exitStatus.unanswered;
      }),
    );
  },
});

async function compareWithProgress({ toolkit, io, global }: Invocation, first: Dump, second: Dump): Promise<Comparison> {
  using line = new ProgressLine(io, global.quiet);
  const about = [first, second].map(({ files }) => basename(files[0] ?? '')).join(' and ');
  return await toolkit.compare(first, second, { signal: io.signal, onProgress: (progress) => line.show(progress, about) });
}
