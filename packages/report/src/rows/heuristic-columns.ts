import type { Heuristic, Witness } from '@vmcorekit/core';
import type { Registry } from '@vmcorekit/engine';
import { yieldedFields } from '../json/contributions-json.ts';
import type { DataColumn } from '../table/data-column.ts';

/** A heuristic or a witness in the list of both. */
export type HeuristicRow = { readonly plugin: string | null } & (
  | { readonly heuristic: Heuristic }
  | { readonly witness: Witness }
);

/** The rows of heuristics, then of witnesses. `registry` knows the plug-in of each. */
export function heuristicRows(
  registry: Pick<Registry, 'contributorOf'>,
  heuristics: readonly Heuristic[],
  witnesses: readonly Witness[],
): readonly HeuristicRow[] {
  return [
    ...heuristics.map((heuristic) => ({
      heuristic,
      plugin: registry.contributorOf(heuristic) ?? null,
    })),
    ...witnesses.map((witness) => ({ witness, plugin: registry.contributorOf(witness) ?? null })),
  ];
}

/** The keys of `heuristics --json`, without options, which `heuristics NAME` shows. */
export const heuristicColumns: readonly DataColumn<HeuristicRow>[] = [
  { key: 'name', value: (row) => ownOf(row).name },
  { key: 'kind', value: (row) => ('heuristic' in row ? 'heuristic' : 'witness') },
  { key: 'summary', value: (row) => ownOf(row).summary },
  { key: 'plugin', value: ({ plugin }) => plugin },
  { key: 'needs', value: (row) => ('heuristic' in row ? row.heuristic.needs : null) },
  { key: 'cost', value: (row) => ('heuristic' in row ? row.heuristic.cost : null) },
  { key: 'yields', value: (row) => ('heuristic' in row ? yieldedFields(row.heuristic) : null) },
  { key: 'looksAt', value: (row) => ('heuristic' in row ? row.heuristic.looksAt : null) },
  { key: 'architectures', value: (row) => ownOf(row).architectures },
  {
    key: 'isExhaustive',
    value: (row) => ('heuristic' in row ? row.heuristic.isExhaustive === true : null),
  },
];

function ownOf(row: HeuristicRow): Heuristic | Witness {
  return 'heuristic' in row ? row.heuristic : row.witness;
}
