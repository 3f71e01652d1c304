import type { PageFilter } from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
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
