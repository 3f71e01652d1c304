import { heuristicsJson, heuristicsReport } from '@vmcorekit/report';
import { type Command, defineCommand } from '../command.ts';
import { exitStatus } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';

export const heuristics: Command = defineCommand({
  operands: [{ name: 'NAME', isOptional: true, isRepeatable: true, completes: 'heuristic' }],
  options: {},
  details: [
    'Lists the heuristics in the order they are asked: what each needs of a dump, what it costs, what it can yield, where it looks, and ' +
      'its options for `probe --option NAME.OPTION=VALUE`; then the witnesses, which judge every candidate and always run.',
  ],
  examples: ['', 'step-scan', '--json'],
  async run(invocation) {
    const { toolkit, operands } = invocation;
    const all = toolkit.registry.all('heuristics');
    const shown =
      operands.length === 0
        ? all
        : operands.map((name) => toolkit.registry.named('heuristics', name));
    const witnesses = operands.length === 0 ? toolkit.registry.all('witnesses') : [];
    await writeAnswer(
      invocation,
      () => heuristicsJson(toolkit.registry, shown, witnesses),
      (style) => heuristicsReport(shown, witnesses, style),
    );
    return exitStatus.answered;
  },
});
