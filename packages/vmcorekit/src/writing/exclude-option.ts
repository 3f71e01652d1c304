import { type Dump, type PageFilter, printable } from '@vmcorekit/core';
import type { Registry, Toolkit } from '@vmcorekit/engine';
import { names, type OptionSpec } from '../arguments/option-spec.ts';

export const excludeOption: OptionSpec<readonly string[] | undefined> = names(
  'NAME,...',
  'leave pages out by these filters, in order: zero, rom, or those of plug-ins',
  { choices: ['zero', 'rom'], completes: 'page filter' },
);

/** The page filters asked for. Throws `unknown-name` for an unknown one. */
export function pageFiltersOf(
  toolkit: Toolkit,
  asked: readonly string[] | undefined,
): PageFilter[] {
  return (asked ?? []).map((name) => toolkit.registry.named('pageFilters', name));
}

/** Advice: page filters that readers of the repaired file need and that were not asked for. */
export function filterLines(
  registry: Registry,
  { image }: Dump,
  format: string,
  excluded: readonly string[] | undefined,
): string[] {
  return registry
    .all('pageFilters')
    .filter(({ name }) => excluded?.includes(name) !== true)
    .map((filter) => ({ name: filter.name, because: filter.neededFor?.(image, format) }))
    .flatMap(({ name, because }) =>
      because === undefined ? [] : [`  ${printable(because)}: repair it with --exclude ${name}`],
    );
}
