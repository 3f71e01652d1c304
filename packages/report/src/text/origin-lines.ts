import type { Origin, OriginReason } from '@vmcorekit/core';
import type { Style } from '../layout/style.ts';
import type { DataColumn } from '../table/data-column.ts';
import { tableLines } from '../table/table-lines.ts';

const axes = { capturedBy: 'captured by', writtenBy: 'written by' } as const;

/** An answer, or one of the reasons for it. */
interface OriginRow {
  readonly label: string;
  readonly who: string;
  readonly because: string;
}

const columns: readonly DataColumn<OriginRow>[] = [
  { title: '', value: ({ label }) => label },
  { title: '', value: ({ who }) => who },
  { title: '', kind: 'prose', value: ({ because }) => because },
];

/** Says who captured the memory and who wrote the file: each with its reasons, by weight. */
export function originLines(origin: Origin, style: Style): string[] {
  const rows = (['capturedBy', 'writtenBy'] as const).flatMap((axis): OriginRow[] => {
    const reasons = origin.because.filter((reason) => reason.axis === axis).sort(byWeight);
    return [
      { label: axes[axis], who: origin[axis], because: '' },
      ...reasons.map((reason) => ({
        label: '',
        who: `${reason.score > 0 ? '+' : ''}${reason.score}`,
        because: sentence(reason, origin[axis]),
      })),
    ];
  });
  return tableLines(columns, rows, style);
}

function byWeight(a: OriginReason, b: OriginReason): number {
  return Math.abs(b.score) - Math.abs(a.score);
}

/** The text of a reason. A reason about another than `winner` names that one. */
function sentence({ who, because }: OriginReason, winner: string): string {
  return who === winner ? because : `${who}: ${because}`;
}
