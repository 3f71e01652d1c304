import { type Damage, hex, type ReportTable } from '@vmcorekit/core';
import type { DamageCount } from '@vmcorekit/engine';
import type { Style } from '../layout/style.ts';
import type { DataColumn } from '../table/data-column.ts';
import { tableLines } from '../table/table-lines.ts';
import { textTable } from '../table/text-table.ts';

/** Places shown of each kind; JSON has a few more. */
const maxPlaces = 4;

/** One place of a kind of damage; only the first names the kind. */
interface DamagePlace {
  readonly place: Damage;
  readonly kind: DamageCount | null;
}

const damageColumns: readonly DataColumn<DamagePlace>[] = [
  { title: 'condition', value: ({ kind }) => kind?.name ?? '' },
  { title: 'count', kind: 'number', value: ({ kind }) => kind?.count ?? '' },
  { title: 'PFN', kind: 'number', value: ({ place }) => hexOrNothing(place.pfn) },
  { title: 'file offset', kind: 'number', value: ({ place }) => hexOrNothing(place.fileOffset) },
  { title: 'detail', kind: 'prose', value: ({ place }) => place.detail },
];

/** What is wrong with the file: each kind with its count, and the first few places of it. */
export function damageLines(damage: readonly DamageCount[], style: Style): string[] {
  return tableLines(damageColumns, damagePlaces(damage), style);
}

/** The same as a table. */
export function damageTable(damage: readonly DamageCount[]): ReportTable {
  return textTable(damageColumns, damagePlaces(damage));
}

function damagePlaces(damage: readonly DamageCount[]): DamagePlace[] {
  return damage.flatMap((kind) =>
    kind.first
      .slice(0, maxPlaces)
      .map((place, index) => ({ place, kind: index === 0 ? kind : null })),
  );
}

function hexOrNothing(value: number | undefined): string {
  return value === undefined ? '' : hex(value);
}

export const conditionColumns: readonly DataColumn<Damage>[] = [
  { title: 'condition', value: ({ name }) => name },
  { title: 'detail', kind: 'prose', value: ({ detail }) => detail },
];

/** More lines of bad pages say nothing new. */
export const maxConditions = 20;

/** What is wrong with the file. */
export function conditionLines(conditions: readonly Damage[], style: Style): string[] {
  const more = conditions.length - maxConditions;
  return [
    ...tableLines(conditionColumns, conditions.slice(0, maxConditions), style),
    ...(more > 0 ? [`  and ${more} more (--json shows all)`] : []),
  ];
}
