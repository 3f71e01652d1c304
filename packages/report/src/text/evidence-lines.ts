import { type EvidenceRow, printable } from '@vmcorekit/core';
import type { Style } from '../layout/style.ts';
import { table } from '../layout/table.ts';
import { wrap } from '../layout/wrap.ts';
import { claimText, placesText } from './claim-text.ts';

/** Six columns side by side need about this much. */
const wideEnough = 180;

/** Evidence as a table; where the terminal is narrow, each row's sentence stands beneath it. */
export function evidenceLines(rows: readonly EvidenceRow[], style: Style): string[] {
  return style.width >= wideEnough ? wideTable(rows, style) : narrowTable(rows, style);
}

function wideTable(rows: readonly EvidenceRow[], style: Style): string[] {
  return table(
    [
      { title: 'by' },
      { title: 'kind' },
      { title: 'strength' },
      { title: 'claim', isFlexible: true },
      { title: 'because', isFlexible: true },
      { title: 'where', isFlexible: true },
    ],
    rows.map((row) => [
      row.by,
      row.evidence,
      row.strength,
      claimText(row.claim),
      printable(row.because),
      placesText(row.at),
    ]),
    style,
  );
}

function narrowTable(rows: readonly EvidenceRow[], style: Style): string[] {
  const byWidth = Math.max(2, ...rows.map((row) => row.by.length));
  const claimWidth = Math.max(20, style.width - byWidth - 27);
  return rows.flatMap((row) => {
    const claims = wrap(claimText(row.claim), claimWidth);
    const start = `  ${style.strong(row.by.padEnd(byWidth))}  ${row.evidence.padEnd(10)}  ${row.strength.padEnd(8)}  `;
    const where = placesText(row.at);
    const sentence = printable(row.because) + (where === '' ? '' : ` (${where})`);
    return [
      ...claims.map((line, index) => (index === 0 ? start : ' '.repeat(byWidth + 26)) + line),
      ...wrap(sentence, Math.max(20, style.width - 6)).map((line) => style.faint(`      ${line}`)),
    ];
  });
}
