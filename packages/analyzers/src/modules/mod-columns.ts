import { printable, type ReportColumn, unknownText } from '@vmcorekit/core';
import type { ModDetails, ModModule } from './mod-report.ts';

/** One line a module: crash's columns and those of lsmod. */
export const modColumns: readonly ReportColumn<ModModule>[] = [
  {
    key: 'address',
    title: 'MODULE',
    value: ({ address }) => address,
    text: ({ address }) => digitsOf(address),
  },
  {
    key: 'name',
    title: 'NAME',
    value: ({ name }) => name,
    text: ({ name }) => printable(name),
  },
  { key: 'base', title: 'BASE', value: ({ base }) => base, text: ({ base }) => digitsOf(base) },
  { key: 'size', title: 'SIZE', kind: 'number', value: ({ size }) => size },
  { key: 'uses', title: 'USES', kind: 'number', value: ({ uses }) => uses },
  { key: 'state', title: 'STATE', value: ({ state }) => state },
  {
    key: 'taints',
    title: 'TAINT',
    value: ({ taints }) => taints,
    text: ({ taints }) => (taints === '' ? '-' : (taints ?? unknownText)),
  },
  {
    key: 'usedBy',
    title: 'USED BY',
    kind: 'prose',
    value: ({ usedBy }) => usedBy,
    text: ({ usedBy }) =>
      usedBy === null ? unknownText : usedBy.length === 0 ? '-' : printable(usedBy.join(', ')),
  },
  { key: 'buildId', value: ({ buildId }) => buildId },
  { key: 'seenBy', value: ({ seenBy }) => seenBy },
  { key: 'doubts', value: ({ doubts }) => doubts },
];

/** For people, without columns in which every module is the same, so that users have room. */
export function shownColumns(modules: readonly ModModule[]): readonly ReportColumn<ModModule>[] {
  const allLive = modules.every(({ state }) => state === 'live');
  const noneTainted = modules.every(({ taints }) => taints === '');
  return modColumns.filter(
    ({ key }) => !(key === 'state' && allLive) && !(key === 'taints' && noneTainted),
  );
}

type Of<Key extends 'parameters' | 'sections'> = NonNullable<ModDetails[Key]>[number];

export const parameterColumns: readonly ReportColumn<Of<'parameters'>>[] = [
  { title: 'PARAMETER', value: ({ name }) => name, text: ({ name }) => printable(name) },
  {
    title: 'TYPE',
    value: ({ type }) => type,
    text: ({ type }) => (type === null ? unknownText : printable(type)),
  },
  {
    title: 'VALUE',
    value: ({ value }) => value,
    text: ({ value }) => (value === null ? unknownText : printable(value)),
  },
];

export const sectionColumns: readonly ReportColumn<Of<'sections'>>[] = [
  { title: 'SECTION', value: ({ name }) => name, text: ({ name }) => printable(name) },
  { title: 'ADDRESS', value: ({ address }) => address, text: ({ address }) => digitsOf(address) },
];

export const memoryColumns: readonly ReportColumn<ModModule['memory'][number]>[] = [
  { title: 'MEMORY', value: ({ kind }) => kind },
  { title: 'BASE', value: ({ base }) => base, text: ({ base }) => digitsOf(base) },
  { title: 'SIZE', kind: 'number', value: ({ size }) => size },
];

/** As crash prints addresses, without `0x`. */
export function digitsOf(address: string | null): string {
  return address?.replace(/^0x/, '') ?? unknownText;
}
