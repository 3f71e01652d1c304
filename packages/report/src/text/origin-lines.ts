import type { Origin, OriginReason } from '@vmcorekit/core';
import type { Style } from '../layout/style.ts';
import type { DataColumn } from '../table/data-column.ts';
import { tableLines } from '../table/table-lines.ts';

const axes = { capturedBy: 'captured by', writtenBy: 'written by' } as const;

/** The capturer of the memory or the writer of the file, and the reasons. */
export interface OriginAnswer {
  readonly label: string;
  readonly who: string;
  /** The heaviest first. */
  readonly reasons: readonly { readonly weight: string; readonly because: string }[];
}

/** The two answers about the origin of a dump. */
export function originAnswers(origin: Origin): OriginAnswer[] {
  return (['capturedBy', 'writtenBy'] as const).map((axis) => ({
    label: axes[axis],
    who: origin[axis],
    reasons: origin.because
      .filter((reason) => reason.axis === axis)
      .sort(byWeight)
      .map((reason) => ({
        weight: `${reason.score > 0 ? '+' : ''}${reason.score}`,
        because: sentence(reason, origin[axis]),
      })),
  }));
}

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
  const rows = originAnswers(origin).flatMap(({ label, who, reasons }): OriginRow[] => [
    { label, who, because: '' },
    ...reasons.map(({ weight, because }) => ({ label: '', who: weight, because })),
  ]);
  return tableLines(columns, rows, style);
}

function byWeight(a: OriginReason, b: OriginReason): number {
  return Math.abs(b.score) - Math.abs(a.score);
}

/** The text of a reason. A reason about another than `winner` names that one. */
function sentence({ who, because }: OriginReason, winner: string): string {
  return who === winner ? because : `${who}: ${because}`;
}
