import { type Origin, type OriginReason, printable } from '@vmcorekit/core';
import type { Style } from '../layout/style.ts';
import { table } from '../layout/table.ts';

const axes = { capturedBy: 'captured by', writtenBy: 'written by' } as const;

/** Says who captured the memory and who wrote the file: each with its reasons, by weight. */
export function originLines(origin: Origin, style: Style): string[] {
  const rows = (['capturedBy', 'writtenBy'] as const).flatMap((axis) => {
    const reasons = origin.because.filter((reason) => reason.axis === axis).sort(byWeight);
    return [
      [axes[axis], printable(origin[axis]), ''],
      ...reasons.map((reason) => [
        '',
        `${reason.score > 0 ? '+' : ''}${reason.score}`,
        sentence(reason, origin[axis]),
      ]),
    ];
  });
  return table(
    [{ title: '' }, { title: 'who' }, { title: 'because', isFlexible: true }],
    rows,
    style,
  ).slice(1);
}

function byWeight(a: OriginReason, b: OriginReason): number {
  return Math.abs(b.score) - Math.abs(a.score);
}

/** The text of a reason. A reason about another than `winner` names that one. */
function sentence({ who, because }: OriginReason, winner: string): string {
  return printable(who === winner ? because : `${who}: ${because}`);
}
