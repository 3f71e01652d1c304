import { type ConfigFile, type Configuration, type KeyPath, keyText } from '@vmcorekit/config';
import { printable } from '@vmcorekit/core';
import { type DataColumn, type Style, section, tableLines } from '@vmcorekit/report';
import { placeText } from './place-text.ts';

/** One configured value, and where it stands. */
export interface ConfigRow {
  readonly file: ConfigFile;
  readonly key: KeyPath;
  readonly value: string | number | boolean | null;
}

/** Every value of every file. A later one wins. */
export function configRows({ files }: Configuration): ConfigRow[] {
  return files.flatMap(({ file }) => leaves(file, [], file.config));
}

const fileColumns: readonly DataColumn<Configuration['files'][number]>[] = [
  { title: 'file', value: ({ file }) => file.path },
  { title: 'source', value: ({ source }) => source },
];

const valueColumns: readonly DataColumn<ConfigRow>[] = [
  { title: 'key', value: ({ key }) => keyText(key) },
  { title: 'value', kind: 'prose', value: ({ value }) => String(value) },
  { title: 'from', value: ({ file, key }) => placeText(file, key) },
];

export function configReport(
  { files, ignored }: Configuration,
  rows: readonly ConfigRow[],
  style: Style,
): string {
  const lines = [
    ...section('Files', tableLines(fileColumns, files, style), style),
    ...section(
      'Ignored: not trusted',
      ignored.map((path) => `  ${printable(path)}`),
      style,
    ),
    ...section('Values', tableLines(valueColumns, rows, style), style),
  ];
  return `${(lines.length === 0 ? ['', 'nothing is configured: `vmcorekit init` writes a file to start from'] : lines).slice(1).join('\n')}\n`;
}

function leaves(file: ConfigFile, key: KeyPath, value: unknown): ConfigRow[] {
  if (typeof value === 'object' && value !== null) {
    const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
      ? value.map((item, index) => [index, item] as const)
      : Object.entries(value);
    return entries.flatMap(([name, inside]) => leaves(file, [...key, name], inside));
  }
  return [{ file, key, value: value as ConfigRow['value'] }];
}
