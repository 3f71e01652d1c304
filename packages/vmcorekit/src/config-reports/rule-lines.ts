import { printable } from '@vmcorekit/core';
import { type Style, table } from '@vmcorekit/report';
import type { RuledVerdict } from '../dumps/locate-by-rules.ts';
import { placeText } from './place-text.ts';
import { settingTexts } from './setting-texts.ts';

/**
 * The rules that applied to a dump, each with the settings that come from it, and what of these
 * could not be had.
 */
export function ruleLines(
  { effective, unusedSymbols }: Omit<RuledVerdict, 'verdict'>,
  style: Style,
): string[] {
  if (effective === null) {
    return [];
  }
  const { settings, from, tried } = effective;
  const rows = tried
    .filter(({ applies }) => applies)
    .map(({ placed }) => [
      printable(placed.rule.name),
      settingTexts(settings)
        .filter(({ name }) => from[name] === placed)
        .map(({ label, text }) => `${label}: ${text}`)
        .join('; ') || 'nothing: later rules replace it',
      placeText(placed.file, placed.key),
    ]);
  return [
    ...table(
      [{ title: 'rule' }, { title: 'sets', isFlexible: true }, { title: 'from' }],
      rows,
      style,
    ),
    ...unusedSymbols.map((trouble) => `  not used: ${printable(trouble)}`),
  ];
}
