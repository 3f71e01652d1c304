import { type Damage, hex, printable } from '@vmcorekit/core';
import type { DamageCount } from '@vmcorekit/engine';
import type { Style } from '../layout/style.ts';
import { table } from '../layout/table.ts';

/** Places shown of each kind; JSON has a few more. */
const shownPlaces = 4;

/** What is wrong with the file: each kind with its count, and the first few places of it. */
export function damageLines(damage: readonly DamageCount[], style: Style): string[] {
  const rows = damage.flatMap(({ name, count, first }) =>
    first
      .slice(0, shownPlaces)
      .map(({ detail, pfn, fileOffset }, index) => [
        index === 0 ? printable(name) : '',
        index === 0 ? String(count) : '',
        pfn === undefined ? '' : hex(pfn),
        fileOffset === undefined ? '' : hex(fileOffset),
        printable(detail),
      ]),
  );
  return table(
    [
      { title: 'condition' },
      { title: 'count', isRightAligned: true },
      { title: 'PFN', isRightAligned: true },
      { title: 'file offset', isRightAligned: true },
      { title: 'detail', isFlexible: true },
    ],
    rows,
    style,
  );
}

/** A thousand bad pages are one story. */
const shownConditions = 20;

/** What is wrong with the file. */
export function conditionLines(conditions: readonly Damage[], style: Style): string[] {
  const rows = conditions
    .slice(0, shownConditions)
    .map(({ name, detail }) => [name, printable(detail)]);
  const more = conditions.length - rows.length;
  return [
    ...table([{ title: 'condition' }, { title: 'detail', isFlexible: true }], rows, style),
    ...(more > 0 ? [`  and ${more} more (--json shows all)`] : []),
  ];
}
