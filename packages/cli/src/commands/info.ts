import { flag } from '../arguments/option-spec.ts';
import { type Command, defineCommand } from '../command.ts';
import { locateWithProgress } from '../dumps/locate-with-progress.ts';
import { cheaplyCountedPages, countPages, pagesIn } from '../dumps/page-counts.ts';
import { withDump } from '../dumps/with-dump.ts';
import { exitStatus } from '../exit-status.ts';
import { write } from '../io.ts';
import { infoJson } from '../json/info-json.ts';
import { jsonLine } from '../json/json-line.ts';
import { createStyle } from '../output/style.ts';
import { infoReport } from '../report/info-report.ts';

export const info: Command = defineCommand({
  operands: [{ name: 'DUMP' }],
  options: {
    pages: flag('count stored, zero and excluded pages, however many there are'),
    verbose: flag('show every register, all reasons, and the whole VMCOREINFO', 'v'),
  },
  details: [
    'Shows what the file says of itself: format, who made it, header fields, memory map, CPUs with their registers, notes, VMCOREINFO,\n' +
      'and damage. Looks for no kernel: `probe` does that.',
  ],
  examples: ['vmcore', '--json vmcore'],
  async run(invocation) {
    const { toolkit, io, global, options, operands } = invocation;
    return await withDump(invocation, operands[0] ?? '', async (dump) => {
      const headerOnly = toolkit.registry
        .all('heuristics')
        .filter((heuristic) => heuristic.cost === 'header' && heuristic.yields.includes('origin'))
        .map((heuristic) => heuristic.name);
      const { origin } = await locateWithProgress(toolkit, dump, { only: headerOnly }, io, global.quiet);
      const { memory } = dump.image;
      const pageCounts = options.pages || pagesIn(memory) <= cheaplyCountedPages ? countPages(memory) : null;
      await write(
        io.stdout,
        global.json
          ? jsonLine(infoJson(dump, origin, pageCounts))
          : infoReport(dump, origin, pageCounts, createStyle(io, global['no-color']), options.verbose),
      );
      return exitStatus.answered;
    });
  },
});
