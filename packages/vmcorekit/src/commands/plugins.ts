import { type Command, defineCommand } from '../command.ts';
import { exitStatus } from '../exit-status.ts';
import { write } from '../io.ts';
import { jsonLine } from '../json/json-line.ts';
import { createStyle } from '../output/style.ts';
import { pluginRows, pluginsReport } from '../report/plugins-report.ts';

export const plugins: Command = defineCommand({
  operands: [],
  options: {},
  details: [
    'Lists the plug-ins, those that come with vmcorekit and those of the configuration: from where each is, and what it contributes.\n' +
      'One that fails is left out, and named with the reason; exit status 2 then.',
  ],
  examples: ['', '--config site.yaml'],
  async run({ io, global, toolkit, plugins: outcome }) {
    const rows = pluginRows(toolkit, outcome);
    await write(
      io.stdout,
      global.json
        ? jsonLine({
            schema: 1,
            plugins: rows.map(({ name, path, contributions }) => ({ name, path, contributes: contributions })),
            failed: outcome.failed.map(({ placed: { specifier, file, key }, because }) => ({
              specifier,
              file: file.path,
              line: file.lineOf(key),
              because,
            })),
          })
        : pluginsReport(rows, outcome, createStyle(io, global['no-color'])),
    );
    return outcome.failed.length === 0 ? exitStatus.answered : exitStatus.usage;
  },
});
