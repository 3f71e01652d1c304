import type { EffectiveSettings, TriedRule } from '@vmcorekit/config';
import { plural, printable } from '@vmcorekit/core';
import { type Style, section, table } from '@vmcorekit/report';
import { placeText } from './place-text.ts';
import { settingTexts } from './setting-texts.ts';

/**
 * Which rules matched a dump, by which condition the others did not, and what is set in the end.
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
  const rows = settingTexts(settings).map(({ name, label, text }) => {
    const placed = from[name];
    return [
      label,
      text,
      placed === undefined
        ? ''
        : `${printable(placed.rule.name)} (${placeText(placed.file, placed.key)})`,
    ];
  });
  return `${[
    `${style.strong(printable(path))}: ${tried.filter(({ applies }) => applies).length} of ${plural(tried.length, 'rule')} match`,
    ...tried.flatMap((rule) => ruleLines(rule, style)),
    ...section(
      'Settings',
      table(
        [{ title: 'setting' }, { title: 'value', isFlexible: true }, { title: 'from' }],
        rows,
        style,
      ),
      style,
    ),
  ].join('\n')}\n`;
}

function ruleLines({ placed, conditions, applies }: TriedRule, style: Style): string[] {
  const rows = conditions.map(({ condition, holds, wanted, got }) => [
    holds ? 'yes' : 'no',
    condition,
    printable(wanted),
    printable(got ?? 'not known'),
  ]);
  return [
    '',
    `${style.strong(printable(placed.rule.name))}: ${applies ? style.good('matches') : style.doubtful('does not match')} (${placeText(placed.file, placed.key)})`,
    ...(rows.length === 0
      ? ['  it has no conditions']
      : table(
          [
            { title: 'holds' },
            { title: 'condition' },
            { title: 'wanted' },
            { title: 'the dump has', isFlexible: true },
          ],
          rows,
          style,
        )),
  ];
}
