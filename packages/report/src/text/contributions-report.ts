import type { Analyzer, Heuristic, Witness } from '@vmcorekit/core';
import { facts, section } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';
import { table } from '../layout/table.ts';
import { optionRows } from './option-rows.ts';

const costs: Readonly<Record<Heuristic['cost'], string>> = {
  header: 'a few bytes of the file',
  pages: 'a few hundred pages',
  scan: 'up to every stored page',
};

/** The list of heuristics and witnesses for people. */
export function heuristicsReport(
  heuristics: readonly Heuristic[],
  witnesses: readonly Witness[],
  style: Style,
): string {
  const witnessRows = witnesses.map(({ name, summary, architectures }) => [
    name,
    summary,
    architecturesText(architectures),
  ]);
  const columns = [
    { title: 'name' },
    { title: 'says', isFlexible: true },
    { title: 'architectures', isFlexible: true },
  ];
  const blocks = heuristics.map((heuristic) => heuristicLines(heuristic, style).join('\n'));
  const witnessBlock = section(
    'Witnesses, which judge every candidate',
    table(columns, witnessRows, style),
    style,
  );
  return `${[...blocks, ...(witnessBlock.length === 0 ? [] : [witnessBlock.slice(1).join('\n')])].join('\n\n')}\n`;
}

function heuristicLines(heuristic: Heuristic, style: Style): string[] {
  return [
    style.strong(heuristic.name),
    ...facts(
      [
        ['does', heuristic.summary],
        ['needs', heuristic.needs.length === 0 ? 'only the dump' : heuristic.needs.join(', ')],
        [
          'costs',
          costs[heuristic.cost] +
            (heuristic.isExhaustive === true ? '; finds every kernel in the dump' : ''),
        ],
        ['yields', heuristic.yields.join(', ') || 'remarks only'],
        ['looks at', heuristic.looksAt],
        ['knows', architecturesText(heuristic.architectures)],
      ],
      style,
    ),
    ...optionRows(heuristic.options, style, heuristic.name),
  ];
}

function architecturesText(architectures: readonly string[] | 'any'): string {
  return architectures === 'any' ? 'any architecture' : architectures.join(', ');
}

/** The list of analyzers for people. */
export function analyzersReport(analyzers: readonly Analyzer[], style: Style): string {
  const blocks = analyzers.map(({ name, summary, options }) =>
    [style.strong(name), ...facts([['does', summary]], style), ...optionRows(options, style)].join(
      '\n',
    ),
  );
  return `${blocks.join('\n\n')}\n`;
}
