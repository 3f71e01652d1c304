import type { TriedRule } from '@vmcorekit/config';
import { printable } from '@vmcorekit/core';
import { type DataColumn, type Style, tableLines } from '@vmcorekit/report';
import type { RuledVerdict } from '../dumps/ruled-verdict.ts';
import { placeText } from './place-text.ts';
import { settingTexts } from './setting-texts.ts';

/**
 * The rules that applied to a dump, each with the settings that come from it. Ends with the symbol
 * files that could not be used.
 */
export function ruleLines(
  { effective, unusedSymbols }: Omit<RuledVerdict, 'verdict'>,
  style: Style,
): string[] {
  if (effective === null) {
    return [];
  }
  const { settings, from, tried } = effective;
  const texts = settingTexts(settings);
  const columns: readonly DataColumn<TriedRule>[] = [
    { title: 'rule', value: ({ placed }) => placed.rule.name },
    {
      title: 'sets',
      kind: 'prose',
      value: ({ placed }) =>
        texts
          .filter(({ name }) => from[name] === placed)
          .map(({ label, text }) => `${label}: ${text}`)
          .join('; ') || 'nothing: later rules replace it',
    },
    { title: 'from', value: ({ placed }) => placeText(placed.file, placed.key) },
  ];
  return [
    ...tableLines(
      columns,
      tried.filter(({ applies }) => applies),
      style,
    ),
    ...unusedSymbols.map((trouble) => `  not used: ${printable(trouble)}`),
  ];
}
