import {
  heuristicColumns,
  heuristicRows,
  heuristicsJson,
  heuristicsReport,
} from '@vmcorekit/report';
import { rowFormOf, rowFormOptionTable } from '../arguments/row-form-options.ts';
import { type Command, defineCommand } from '../command.ts';
import { exitStatus, plainExits } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { writeRows } from '../terminal/write-rows.ts';

export const heuristics: Command = defineCommand({
  operands: [{ name: 'NAME', isOptional: true, isRepeatable: true, completes: 'heuristic' }],
  options: rowFormOptionTable,
  details: [
    'Lists the heuristics in the order they run: what each needs, costs and can find, and where ' +
      'it looks. Also lists the options of each; `probe --option NAME.OPTION=VALUE` sets them. ' +
      'Then lists the witnesses, which judge every candidate and always run.',
  ],
  exits: plainExits,
  examples: ['', 'step-scan', '--csv'],
  async run(invocation) {
    const { toolkit, operands, options, global, io } = invocation;
    const form = rowFormOf(options, global);
    const all = toolkit.registry.all('heuristics');
    const shown =
      operands.length === 0
        ? all
        : operands.map((name) => toolkit.registry.named('heuristics', name));
    const witnesses = operands.length === 0 ? toolkit.registry.all('witnesses') : [];
    if (form !== undefined) {
      const rows = heuristicRows(toolkit.registry, shown, witnesses);
      await writeRows(io, form, heuristicColumns, rows);
      return exitStatus.answered;
    }
    await writeAnswer(
      invocation,
      () => heuristicsJson(toolkit.registry, shown, witnesses),
      (style) => heuristicsReport(shown, witnesses, style),
    );
    return exitStatus.answered;
  },
});
