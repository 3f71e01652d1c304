import type { Heuristic, Witness } from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
import { type Command, defineCommand } from '../command.ts';
import { exitStatus } from '../exit-status.ts';
import { write } from '../io.ts';
import { jsonLine } from '../json/json-line.ts';
import { optionsJson } from '../json/options-json.ts';
import { createStyle } from '../output/style.ts';
import { heuristicsReport } from '../report/heuristics-report.ts';

export const heuristics: Command = defineCommand({
  operands: [{ name: 'NAME', isOptional: true, isRepeatable: true }],
  options: {},
  details: [
    'Lists the heuristics in the order they are asked: what each needs of a dump, what it costs, what it can yield, where it looks, and\n' +
      'its options for `probe --option NAME.OPTION=VALUE`; then the witnesses, which judge every candidate and always run.',
  ],
  examples: ['', 'step-scan', '--json'],
  async run({ toolkit, io, global, operands }) {
    const all = toolkit.registry.all('heuristics');
    const shown = operands.length === 0 ? all : operands.map((name) => toolkit.registry.named('heuristics', name));
    const witnesses = operands.length === 0 ? toolkit.registry.all('witnesses') : [];
    const style = createStyle(io, global['no-color']);
    await write(io.stdout, global.json ? asJson(toolkit, shown, witnesses) : heuristicsReport(shown, witnesses, style));
    return exitStatus.answered;
  },
});

function asJson(toolkit: Toolkit, shown: readonly Heuristic[], witnesses: readonly Witness[]): string {
  return jsonLine({
    schema: 1,
    heuristics: shown.map((heuristic) => ({
      name: heuristic.name,
      summary: heuristic.summary,
      plugin: toolkit.registry.contributorOf(heuristic) ?? null,
      needs: heuristic.needs,
      cost: heuristic.cost,
      yields: heuristic.yields.flatMap((field) => (field === 'root' ? ['pageTableRoot', 'pagingLevels'] : [field])),
      looksAt: heuristic.looksAt,
      architectures: heuristic.architectures,
      isExhaustive: heuristic.isExhaustive === true,
      options: optionsJson(heuristic.options),
    })),
    witnesses: witnesses.map(({ name, summary, architectures }) => ({ name, summary, architectures })),
  });
}
