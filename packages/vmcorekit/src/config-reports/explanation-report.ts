import type { EffectiveSettings, PlacedRule, TriedRule } from '@vmcorekit/config';
import { plural, printable } from '@vmcorekit/core';
import { type DataColumn, type Style, section, tableLines } from '@vmcorekit/report';
import { placeText } from './place-text.ts';
import { type SettingText, settingTexts } from './setting-texts.ts';

/**
 * Which rules matched a dump, which condition excluded the others, and the settings that result.
 */
export function explanationReport(
  path: string,
  effective: EffectiveSettings | null,
  style: Style,
): string {
  if (effective === null) {
    return `${printable(path)}: there are no rules\n`;
  }
  const { settings, from, tried } = effective;
  const columns: readonly DataColumn<SettingText>[] = [
    { title: 'setting', value: ({ label }) => label },
    { title: 'value', kind: 'prose', value: ({ text }) => text },
    { title: 'from', value: ({ name }) => ruleText(from[name]) },
  ];
  return `${[
    `${style.strong(printable(path))}: ${tried.filter(({ applies }) => applies).length} of ${plural(tried.length, 'rule')} match`,
    ...tried.flatMap((rule) => ruleLines(rule, style)),
    ...section('Settings', tableLines(columns, settingTexts(settings), style), style),
  ].join('\n')}\n`;
}

function ruleText(placed: PlacedRule | undefined): string {
  return placed === undefined ? '' : `${placed.rule.name} (${placeText(placed.file, placed.key)})`;
}

const conditionColumns: readonly DataColumn<TriedRule['conditions'][number]>[] = [
  { title: 'holds', value: ({ holds }) => (holds ? 'yes' : 'no') },
  { title: 'condition', value: ({ condition }) => condition },
  { title: 'wanted', value: ({ wanted }) => wanted },
  { title: 'the dump has', kind: 'prose', value: ({ got }) => got ?? 'not known' },
];

function ruleLines({ placed, conditions, applies }: TriedRule, style: Style): string[] {
  return [
    '',
    `${style.strong(printable(placed.rule.name))}: ${applies ? style.good('matches') : style.doubtful('does not match')} (${placeText(placed.file, placed.key)})`,
    ...(conditions.length === 0
      ? ['  it has no conditions']
      : tableLines(conditionColumns, conditions, style)),
  ];
}
