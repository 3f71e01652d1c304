import { type Dump, hex, hexOf, type Note, plural, printable, sizeText } from '@vmcorekit/core';
import type { Comparison } from '@vmcorekit/engine';
import { facts, section } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';
import type { DataColumn } from '../table/data-column.ts';
import { tableLines } from '../table/table-lines.ts';
import { conditionLines } from './damage-lines.ts';
import { dumpText } from './dump-text.ts';

const names = ['A', 'B'] as const;

/** What a comparison of two dumps found, for people. */
export function comparisonReport(
  dumps: readonly [Dump, Dump],
  comparison: Comparison,
  style: Style,
): string {
  const { memory, notes, cpus } = comparison;
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
        ...names.flatMap((name, index): [string, string][] => {
          const only = cpus.onlyIn[index] ?? 0;
          return only === 0 ? [] : [[`CPUs only in ${name}`, `${only}, with their registers`]];
        }),
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

function verdictLine({ isEqual, memory, notes, cpus }: Comparison, style: Style): string {
  const differing = [
    ...(notes.onlyIn.some((only) => only.length > 0) ? ['notes'] : []),
    ...(cpus.onlyIn.some((only) => only > 0) ? ['CPUs'] : []),
  ];
  if (memory.pagesDifferent > 0) {
    const last = differing.pop();
    const first = ['memory', ...differing].join(', ');
    return style.bad(last === undefined ? 'memory differs' : `${first} and ${last} differ`);
  }
  if (isEqual) {
    return style.good('the same memory and notes');
  }
  const what =
    memory.pagesUnknown > 0
      ? 'no difference in the memory that both hold; the rest is unknown'
      : 'the same memory';
  return style.doubtful(
    differing.length > 0 ? `${what}; the ${differing.join(' and ')} differ` : what,
  );
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

type Difference = Comparison['memory']['differences'][number];
type UnknownPage = Comparison['memory']['unknowns'][number];

const differenceColumns: readonly DataColumn<Difference>[] = [
  { title: 'first byte at', kind: 'number', value: (row) => hex(row.physicalAddress) },
  ...names.map((title, index) => ({
    title,
    value: ({ bytes }: Difference) => hexOf[bytes[index] ?? 0] ?? null,
  })),
];

const unknownColumns: readonly DataColumn<UnknownPage>[] = [
  { title: 'page at', kind: 'number', value: (row) => hex(row.physicalAddress) },
  ...names.map((title, index) => ({
    title,
    value: ({ states }: UnknownPage) => states[index] ?? null,
  })),
];

interface NoteRow {
  readonly in: string;
  readonly note: Pick<Note, 'name' | 'type' | 'descriptor'>;
}

const noteColumns: readonly DataColumn<NoteRow>[] = [
  { title: 'in', value: (row) => row.in },
  { title: 'name', value: ({ note }) => note.name },
  { title: 'type', kind: 'number', value: ({ note }) => hex(note.type) },
  { title: 'bytes', kind: 'number', value: ({ note }) => note.descriptor.length },
];

function differenceLines(
  { memory: { differences, pagesDifferent } }: Comparison,
  style: Style,
): string[] {
  return [
    ...tableLines(differenceColumns, differences, style),
    ...moreLine(pagesDifferent - differences.length),
  ];
}

function unknownLines({ memory: { unknowns, pagesUnknown } }: Comparison, style: Style): string[] {
  return [
    ...tableLines(unknownColumns, unknowns, style),
    ...moreLine(pagesUnknown - unknowns.length),
  ];
}

function noteLines({ notes: { onlyIn } }: Comparison, style: Style): string[] {
  const rows = names.flatMap((name, index) =>
    (onlyIn[index] ?? []).map((note) => ({ in: name, note })),
  );
  return tableLines(noteColumns, rows, style);
}

function moreLine(count: number): string[] {
  return count > 0 ? [`  and ${plural(count, 'more page')}`] : [];
}
