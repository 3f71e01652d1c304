import type { PluginOutcome } from '@vmcorekit/config';
import { type ExtensionPoint, extensionPoints, printable } from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
import { type DataColumn, facts, type Style, section, tableLines } from '@vmcorekit/report';
import { placeText } from './place-text.ts';

export interface PluginRow {
  readonly name: string;
  /** The file it was loaded from; null for what comes with vmcorekit. */
  readonly path: string | null;
  /** Names of contributions, by extension point. */
  readonly contributions: Readonly<Record<string, readonly string[]>>;
}

/** All plug-ins of a toolkit, in order. */
export function pluginRows({ registry }: Toolkit, { loaded }: PluginOutcome): readonly PluginRow[] {
  return registry.plugins.map((plugin) => ({
    name: plugin.name,
    path: loaded.find((one) => one.plugin === plugin)?.path ?? null,
    contributions: Object.fromEntries(
      (Object.keys(extensionPoints) as ExtensionPoint[]).flatMap(
        (point): [string, readonly string[]][] => {
          const names = (plugin[point] ?? []).map(({ name }) => name);
          return names.length === 0 ? [] : [[point, names]];
        },
      ),
    ),
  }));
}

/** One contribution of a plug-in. */
export interface ContributionRow extends Pick<PluginRow, 'path'> {
  readonly plugin: string;
  /** The extension point: `formats`, `heuristics`, … */
  readonly point: string;
  readonly name: string;
}

/** Plug-ins as rows for programs: one for each contribution. */
export function* contributionRows(
  rows: readonly PluginRow[],
): Generator<ContributionRow, void, void> {
  for (const { name: plugin, path, contributions } of rows) {
    for (const [point, names] of Object.entries(contributions)) {
      for (const name of names) {
        yield { plugin, path, point, name };
      }
    }
  }
}

export const contributionColumns: readonly DataColumn<ContributionRow>[] = [
  { key: 'plugin', value: ({ plugin }) => plugin },
  { key: 'path', value: ({ path }) => path },
  { key: 'point', value: ({ point }) => point },
  { key: 'name', value: ({ name }) => name },
];

const leftOutColumns: readonly DataColumn<PluginOutcome['failed'][number]>[] = [
  { title: 'plug-in', value: ({ placed }) => placed.specifier },
  { title: 'asked for at', value: ({ placed }) => placeText(placed.file, placed.key) },
  { title: 'because', kind: 'prose', value: ({ because }) => because },
];

export function pluginsReport(
  rows: readonly PluginRow[],
  { failed }: PluginOutcome,
  style: Style,
): string {
  const blocks = rows.map(({ name, path, contributions }) =>
    [
      style.strong(printable(name)),
      ...facts(
        [
          ['from', path === null ? 'comes with vmcorekit' : printable(path)],
          ...Object.entries(contributions).map(([point, names]): [string, string] => [
            point,
            printable(names.join(', ')),
          ]),
        ],
        style,
      ),
    ].join('\n'),
  );
  const ending = section('Left out', tableLines(leftOutColumns, failed, style), style)
    .slice(1)
    .join('\n');
  return `${[...blocks, ...(ending === '' ? [] : [ending])].join('\n\n')}\n`;
}
