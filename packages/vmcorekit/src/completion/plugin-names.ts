import type { CompletedValue } from './completion-table.ts';

/**
 * The key of `vmcorekit plugins --json` under which each plug-in lists names of that kind. Null if
 * plug-ins bring no such names.
 */
export function pluginNamesKey({ completes }: CompletedValue): string | null {
  switch (completes) {
    case 'heuristic':
      return 'heuristics';
    case 'analyzer':
      return 'analyzers';
    case 'page filter':
      return 'pageFilters';
    default:
      return null;
  }
}
