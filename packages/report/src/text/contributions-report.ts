import type { Analyzer, Heuristic, Witness } from '@vmcorekit/core';
import { facts, section } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';
import type { DataColumn } from '../table/data-column.ts';
import { tableLines } from '../table/table-lines.ts';
import { optionRows } from './option-rows.ts';

const costs: Readonly<Record<Heuristic['cost'], string>> = {
  header: 'a few bytes of the file',
  pages: 'a few hundred pages',
  scan: 'up to every stored page',
};

const witnessColumns: readonly DataColumn<Witness>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'says', kind: 'prose', value: ({ summary }) => summary },
  {
    title: 'architectures',
    kind: 'prose',
    value: ({ architectures }) => architecturesText(architectures),
  },
];

/** The list of heuristics and witnesses for people. */
export function heuristicsReport(
  heuristics: readonly Heuristic[],
  witnesses: readonly Witness[],
  style: Style,
): string {
  const blocks = heuristics.map((heuristic) => heuristicLines(heuristic, style).join('\n'));
  const witnessBlock = section(
    'Witnesses, which judge every candidate',
    tableLines(witnessColumns, witnesses, style),
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
