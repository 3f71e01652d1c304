import { csvHead, csvRow, jsonLine, RowLines, rowJson } from '@vmcorekit/report';
import { flag, value } from '../arguments/option-spec.ts';
import { rowFormOf, rowFormOptionTable } from '../arguments/row-form-options.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand } from '../command.ts';
import { exitStatus, plainExits } from '../exit-status.ts';
import { write } from '../io.ts';
import { createStyle } from '../terminal/style.ts';
import { filterOf, filterOptionTable } from './filter-options.ts';
import type { FleetRow } from './fleet-data.ts';
import { databaseOption, fleetWorld } from './fleet-world.ts';
import { loadFleet } from './load-fleet.ts';
import { resultColumns } from './result-columns.ts';

const usualFileWidth = 40;

export const results: Command = defineCommand({
  operands: [],
  options: {
    ...filterOptionTable,
    limit: value('N', 'show at most N results', parseCount),
    before: value('NUMBER', 'go on after the result of this number', parseCount),
    report: flag('add the whole report of each dump (with --json)'),
    ...rowFormOptionTable,
    db: databaseOption,
  },
  isConfigured: false,
  details: [
    'Shows the results, the newest first. Of several conditions all must hold. In --release, * ' +
      'stands for any characters and ? for one.',
    '--json and --jsonl show the lists of modules and damage; --report adds what probe, describe ' +
      'and the analyzers say.',
  ],
  exits: { ...plainExits, 1: 'there is no such result' },
  examples: [
    '',
    "--release '6.1.*' --taint O",
    '--since 2026-11-23 --csv',
    '--outcome crashed',
    '--new-since 7d',
  ],
  async run(invocation) {
    const { io, global, options } = invocation;
    const form = rowFormOf(options, global);
    if (options.report && !global.json) {
      throw new UsageError('--report needs --json');
    }
    const fleet = await loadFleet();
    const rows = fleet.fleetResults(fleetWorld(invocation, options.db), {
      ...filterOf(options),
      ...(options.limit === undefined ? {} : { limit: options.limit }),
      ...(options.before === undefined ? {} : { before: options.before }),
      withReport: options.report,
    });
    const style = createStyle(io, global);
    const lines = new RowLines(
      resultColumns,
      io.stdout.isTTY === true ? style : { ...style, width: Number.POSITIVE_INFINITY },
      usualFileWidth,
    );
    const textOf = (row: FleetRow): string =>
      global.json
        ? jsonLine(row.report === undefined ? rowJson(resultColumns, row) : wholeJson(row))
        : form === undefined
          ? `${lines.row(row).join('\n')}\n`
          : form === 'csv'
            ? csvRow(resultColumns, row)
            : jsonLine(rowJson(resultColumns, row));
    let count = 0;
    for await (const row of rows) {
      if (count === 0 && !global.json && form !== 'jsonl') {
        await write(
          io.stdout,
          form === 'csv' ? csvHead(resultColumns) : `${lines.head().join('\n')}\n`,
        );
      }
      count++;
      await write(io.stdout, textOf(row));
    }
    return count === 0 ? exitStatus.unanswered : exitStatus.answered;
  },
});

function wholeJson(row: FleetRow) {
  return { ...rowJson(resultColumns, row), files: row.files, report: row.report ?? null };
}

function parseCount(text: string, option: string): number {
  const count = Number(text);
  if (!/^[1-9][0-9]*$/.test(text) || !Number.isSafeInteger(count)) {
    throw new UsageError(`${option}: got '${text}', wanted a number of 1 or more`);
  }
  return count;
}
