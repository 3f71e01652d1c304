import { type Dump, printable } from '@vmcorekit/core';
import type { Registry } from '@vmcorekit/engine';

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
