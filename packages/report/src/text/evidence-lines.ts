import { type EvidenceRow, printable } from '@vmcorekit/core';
import type { Style } from '../layout/style.ts';
import type { DataColumn } from '../table/data-column.ts';
import { tableLines } from '../table/table-lines.ts';
import { claimText, placesText } from './claim-text.ts';

const columns: readonly DataColumn<EvidenceRow>[] = [
  { title: 'by', value: ({ by }) => by, paint: (_, { strong }) => strong },
  { title: 'kind', value: ({ evidence }) => evidence },
  { title: 'strength', value: ({ strength }) => strength },
  {
    title: 'claim',
    kind: 'prose',
    value: ({ claim }) => claimText(claim),
    text: ({ claim }) => claimText(claim),
  },
  {
    title: 'because',
    kind: 'sentence',
    value: ({ because }) => because,
    text: sentence,
    paint: (_, { faint }) => faint,
  },
];

/** Evidence as a table, each with its reason and the places that it was read from. */
export function evidenceLines(rows: readonly EvidenceRow[], style: Style): string[] {
  return tableLines(columns, rows, style);
}

function sentence({ because, at }: EvidenceRow): string {
  const where = placesText(at);
  return printable(because) + (where === '' ? '' : ` (${where})`);
}
