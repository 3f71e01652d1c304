import { type Damage, printable } from '@vmcorekit/core';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';

/** A thousand bad pages are one story. */
const shownConditions = 20;

/** What is wrong with the file. */
export function conditionLines(conditions: readonly Damage[], style: Style): string[] {
  const rows = conditions.slice(0, shownConditions).map(({ name, detail }) => [name, printable(detail)]);
  const more = conditions.length - rows.length;
  return [
    ...table([{ title: 'condition' }, { title: 'detail', isFlexible: true }], rows, style),
    ...(more > 0 ? [`  and ${more} more (--json shows all)`] : []),
  ];
}
