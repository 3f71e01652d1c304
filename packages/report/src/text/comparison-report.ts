import { type Dump, hex, plural, printable, sizeText } from '@vmcorekit/core';
import type { Comparison } from '@vmcorekit/engine';
import { facts, section } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';
import { table } from '../layout/table.ts';
import { conditionLines } from './damage-lines.ts';
import { dumpText } from './dump-text.ts';

const names = ['A', 'B'] as const;

/** What a comparison of two dumps found, for people. */
export function comparisonReport(
  dumps: readonly [Dump, Dump],
  comparison: Comparison,
  style: Style,
): string {
  const { memory, notes } = comparison;
  return [
    ...dumps.map(
      (dump, index) =>
        `${names[index]}  ${style.strong(dump.files.map(printable).join(', '))}: ${dumpText(dump)}`,
    ),
    '',
    verdictLine(comparison, style),
    ...facts(
      [
        ['equal', pageText(memory.pagesEqual, memory.pageSizeInBytes)],
        ['different', pageText(memory.pagesDifferent, memory.pageSizeInBytes)],
        ['unknown', pageText(memory.pagesUnknown, memory.pageSizeInBytes)],
        ...names.flatMap((name, index): [string, string][] =>
          unknownText(name, memory.unknownIn[index] ?? {}),
        ),
        ['notes', `${notes.count} equal`],
      ],
      style,
    ),
    ...dumps.flatMap((dump, index) =>
      section(`Damage of ${names[index]}`, conditionLines(dump.damage, style), style),
    ),
    ...section('Different', differenceLines(comparison, style), style),
    ...section('Unknown', unknownLines(comparison, style), style),
    ...section('Notes in one dump only', noteLines(comparison, style), style),
    '',
  ].join('\n');
}

function verdictLine({ isEqual, memory, notes }: Comparison, style: Style): string {
  const notesDiffer = notes.onlyIn.some((only) => only.length > 0);
  if (memory.pagesDifferent > 0) {
    return style.bad(notesDiffer ? 'memory and notes differ' : 'memory differs');
  }
  if (isEqual) {
    return style.good('the same memory and notes');
  }
  const what =
    memory.pagesUnknown > 0
      ? 'no difference in the memory that both hold; the rest is unknown'
      : 'the same memory';
  return style.doubtful(notesDiffer ? `${what}; the notes differ` : what);
}

function pageText(pages: number, pageSizeInBytes: number): string {
  return pages === 0 ? 'none' : `${plural(pages, 'page')} (${sizeText(pages * pageSizeInBytes)})`;
}

function unknownText(name: string, counts: Readonly<Record<string, number>>): [string, string][] {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.length === 0
    ? []
    : [[`unknown in ${name}`, some.map(([state, count]) => `${count} ${state}`).join(', ')]];
}

function differenceLines(
  { memory: { differences, pagesDifferent } }: Comparison,
  style: Style,
): string[] {
  const byteText = (value: number) => value.toString(16).padStart(2, '0');
  const rows = differences.map(({ physicalAddress, bytes: [a, b] }) => [
    hex(physicalAddress),
    byteText(a),
    byteText(b),
  ]);
  return [
    ...table(
      [{ title: 'first byte at', isRightAligned: true }, { title: 'A' }, { title: 'B' }],
      rows,
      style,
    ),
    ...moreLine(pagesDifferent - rows.length),
  ];
}

function unknownLines({ memory: { unknowns, pagesUnknown } }: Comparison, style: Style): string[] {
  const rows = unknowns.map(({ physicalAddress, states }) => [hex(physicalAddress), ...states]);
  return [
    ...table(
      [{ title: 'page at', isRightAligned: true }, { title: 'A' }, { title: 'B' }],
      rows,
      style,
    ),
    ...moreLine(pagesUnknown - rows.length),
  ];
}

function noteLines({ notes: { onlyIn } }: Comparison, style: Style): string[] {
  const rows = onlyIn.flatMap((only, index) =>
    only.map(({ name, type, descriptor }) => [
      names[index] ?? '',
      printable(name),
      hex(type),
      String(descriptor.length),
    ]),
  );
  return table(
    [
      { title: 'in' },
      { title: 'name' },
      { title: 'type', isRightAligned: true },
      { title: 'bytes', isRightAligned: true },
    ],
    rows,
    style,
  );
}

function moreLine(count: number): string[] {
  return count > 0 ? [`  and ${plural(count, 'more page')}`] : [];
}
