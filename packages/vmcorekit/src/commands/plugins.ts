import { rowFormOf, rowFormOptionTable } from '../arguments/row-form-options.ts';
import { type Command, defineCommand } from '../command.ts';
import {
  contributionColumns,
  contributionRows,
  pluginRows,
  pluginsReport,
} from '../config-reports/plugins-report.ts';
import { exitStatus, plainExits } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { writeRows } from '../terminal/write-rows.ts';

export const plugins: Command = defineCommand({
  operands: [],
  options: rowFormOptionTable,
  details: [
    'Lists the plug-ins of vmcorekit and of the configuration: where each comes from, and what ' +
      'it contributes. A plug-in that fails is left out, and named with the reason.',
  ],
  exits: {
    ...plainExits,
    2: 'a plug-in failed, or the command line or the configuration is wrong',
  },
  examples: ['', '--config site.yaml'],
  async run(invocation) {
    const { toolkit, plugins: outcome, options, global, io } = invocation;
    const form = rowFormOf(options, global);
    const rows = pluginRows(toolkit, outcome);
    const status = outcome.failed.length === 0 ? exitStatus.answered : exitStatus.usage;
    if (form !== undefined) {
      await writeRows(io, form, contributionColumns, contributionRows(rows));
      return status;
    }
    await writeAnswer(
      invocation,
      () => ({
        schema: 1,
        plugins: rows.map(({ name, path, contributions }) => ({
          name,
          path,
          contributes: contributions,
        })),
        failed: outcome.failed.map(({ placed: { specifier, file, key }, because }) => ({
          specifier,
          file: file.path,
          line: file.lineOf(key),
          because,
        })),
      }),
      (style) => pluginsReport(rows, outcome, style),
    );
    return status;
  },
});
