import { basename } from 'node:path';
import type { Dump } from '@vmcorekit/core';
import type { PageTally } from '@vmcorekit/engine';
import { flag } from '../arguments/option-spec.ts';
import { type Command, defineCommand, type Invocation } from '../command.ts';
import { originOf } from '../dumps/origin-of.ts';
import { cheaplyCountedPages, pagesIn } from '../dumps/page-counts.ts';
import { withDump } from '../dumps/with-dump.ts';
import { exitStatus } from '../exit-status.ts';
import { write } from '../io.ts';
import { infoJson } from '../json/info-json.ts';
import { jsonLine } from '../json/json-line.ts';
import { ProgressLine } from '../output/progress-line.ts';
import { createStyle } from '../output/style.ts';
import { infoReport } from '../report/info-report.ts';

export const info: Command = defineCommand({
  operands: [{ name: 'DUMP', isRepeatable: true }],
  options: {
    pages: flag('count stored, zero and excluded pages, however many there are'),
    verbose: flag('show every register, all reasons, and the whole VMCOREINFO', 'v'),
  },
  details: [
    'Shows what the file says of itself: format, who made it, header fields, memory map, CPUs with their registers, notes, VMCOREINFO,\n' +
      'and damage. Looks for no kernel: `probe` does that. Several DUMPs are the parts of one split dump, in any order.',
  ],
  examples: ['vmcore', '--json vmcore', 'part.1 part.2'],
  async run(invocation) {
    const { io, global, options, operands } = invocation;
    return await withDump(invocation, operands, async (dump) => {
      const origin = await originOf(invocation, dump);
      const { memory } = dump.image;
      const isCounted = options.pages || pagesIn(memory) <= cheaplyCountedPages;
      const tally = isCounted ? await tallyWithProgress(invocation, dump) : null;
      await write(
        io.stdout,
        global.json
          ? jsonLine(infoJson(dump, origin, tally))
          : infoReport(dump, origin, tally, createStyle(io, global['no-color']), options.verbose),
      );
      return exitStatus.answered;
    });
  },
});

async function tallyWithProgress({ toolkit, io, global }: Invocation, dump: Dump): Promise<PageTally> {
  using line = new ProgressLine(io, global.quiet);
  const about = basename(dump.files[0] ?? '');
  return await toolkit.countPages(dump, { signal: io.signal, onProgress: (progress) => line.show(progress, about) });
}
