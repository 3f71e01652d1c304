import { aliases } from '../arguments/other-words.ts';
import type { LazyCommand } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';
import type { Here } from './here.ts';

/** The commands for a dump that is open: all, and each analyzer that has none yet. */
export function commandsHere({
  commands,
  composition,
}: Pick<Here, 'commands' | 'composition'>): readonly LazyCommand[] {
  const names = new Set(commands.map(({ name }) => name));
  const analyzers = composition.toolkit.registry
    .all('analyzers')
    .filter(({ name }) => !names.has(name) && !aliases.has(name));
  return [
    ...commands,
    ...analyzers.map((analyzer) => ({
      name: analyzer.name,
      summary: analyzer.summary,
      load: async () =>
        kernelCommand({
          analyzer,
          details: [],
          examples: [],
          dataKey: 'data',
          answered: 'the analyzer has an answer',
          unanswered: 'the analyzer has no answer in this dump',
        }),
    })),
  ];
}
