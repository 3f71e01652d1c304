import type { EffectiveSettings } from '@vmcorekit/config';
import { printable } from '@vmcorekit/core';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';
import { placeText } from './place-text.ts';
import { settingTexts } from './setting-texts.ts';

/** The rules that applied to a dump, each with the settings that come from it, and what of these could not be had. */
export function ruleLines(
  { settings, from, tried }: EffectiveSettings,
  unusedSymbols: readonly string[],
  style: Style,
): string[] {
  const rows = tried
    .filter(({ applies }) => applies)
    .map(({ placed }) => [
      printable(placed.rule.name),
      settingTexts(settings)
        .filter(({ name }) => from[name] === placed)
        .map(({ label, text }) => `${label}: ${text}`)
        .join('; ') || 'nothing that a later rule does not replace',
      placeText(placed.file, placed.key),
    ]);
  return [
    ...table([{ title: 'rule' }, { title: 'sets', isFlexible: true }, { title: 'from' }], rows, style),
    ...unusedSymbols.map((trouble) => `  not used: ${printable(trouble)}`),
  ];
}
