import { type Origin, type OriginReason, printable } from '@vmcorekit/core';
import type { Style } from '../layout/style.ts';
import { table } from '../layout/table.ts';

const topReasons = 3;
const axes = { capturedBy: 'captured by', writtenBy: 'written by' } as const;

/** Who captured the memory and who wrote the file, each with the reasons that weigh most. */
export function originLines(origin: Origin, style: Style, verbose: boolean): string[] {
  const rows = (['capturedBy', 'writtenBy'] as const).flatMap((axis) => {
    const reasons = origin.because.filter((reason) => reason.axis === axis).sort(byWeight);
    const shown = verbose ? reasons : reasons.slice(0, topReasons);
    const more = reasons.length - shown.length;
    return [
      [axes[axis], printable(origin[axis]), ''],
      ...shown.map((reason) => [
        '',
        `${reason.score > 0 ? '+' : ''}${reason.score}`,
        sentence(reason, origin[axis]),
      ]),
      ...(more > 0 ? [['', '', `and ${more} more (--verbose)`]] : []),
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

/** A reason that is about another than the winner names it. */
function sentence({ who, because }: OriginReason, winner: string): string {
  return printable(who === winner ? because : `${who}: ${because}`);
}
