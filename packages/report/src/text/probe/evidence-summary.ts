import {
  type EvidenceRow,
  isSameKernel,
  plural,
  printable,
  type Strength,
  type Verdict,
} from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import { shorten } from '../../layout/wrap.ts';

/** Lines that agree and lines against. With lines against, one line less agrees. */
const maxAgreeing = 3;
const maxAgainst = 2;

/** With less room after the name, a sentence gets its own line. */
const minRoom = 30;

const strengths: readonly Strength[] = ['proof', 'strong', 'weak', 'hint'];

/** Counts what agrees and what does not, and shows the strongest of both, each in a line. */
export function evidenceSummary(
  { kernel, candidates, contradictions, confidence, remarks }: Verdict,
  style: Style,
): string[] {
  const agreeing = candidates.find((each) => isSameKernel(each.kernel, kernel))?.evidence ?? [];
  if (kernel === null && contradictions.length === 0) {
    return [];
  }
  const against = [...contradictions].sort(byStrength).slice(0, maxAgainst);
  const shown = [
    ...strongest(agreeing, against.length === 0 ? maxAgreeing : maxAgreeing - 1).map(
      (row) => [row.strength, row] as const,
    ),
    ...against.map((row) => ['against', row] as const),
  ];
  const nameWidth = Math.max(0, ...shown.map(([, { by }]) => printable(by).length));
  // Of an answer that is not certain they are shown.
  const remarked =
    confidence === 'certain' && remarks.length > 0 ? `, ${plural(remarks.length, 'remark')}` : '';
  const count = `${agreeing.length} agree, ${contradictions.length} against${remarked}`;
  return [
    `${style.strong('Evidence')}: ${count} (--verbose for details)`,
    ...shown.flatMap(([label, { by, because }]) => {
      const start = `  ${label.padEnd('against'.length)}  ${printable(by).padEnd(nameWidth)}  `;
      const room = style.width - start.length;
      return room >= minRoom
        ? [start + shorten(printable(because), room)]
        : [start.trimEnd(), `    ${shorten(printable(because), style.width - 4)}`];
    }),
  ];
}

/**
 * The strongest rows. Of equally strong ones, the first of each kind comes first, because kinds are
 * independent.
 */
function strongest(rows: readonly EvidenceRow[], count: number): EvidenceRow[] {
  const sorted = [...rows].sort(byStrength);
  const isFirstOfKind = (row: EvidenceRow): boolean =>
    sorted.find(({ evidence }) => evidence === row.evidence) === row;
  return [...sorted.filter(isFirstOfKind), ...sorted.filter((row) => !isFirstOfKind(row))]
    .sort(byStrength)
    .slice(0, count);
}

function byStrength(one: EvidenceRow, other: EvidenceRow): number {
  return strengths.indexOf(one.strength) - strengths.indexOf(other.strength);
}
