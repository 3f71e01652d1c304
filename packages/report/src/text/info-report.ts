import {
  type Dump,
  type HeaderValue,
  hex,
  type Note,
  type Origin,
  type PhysicalRange,
  pagesIn,
  plural,
  printable,
  printableLine,
  sizeOfRanges,
  sizeText,
} from '@vmcorekit/core';
import type { DamageCount, PageTally } from '@vmcorekit/engine';
import { facts, section } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';
import type { DataColumn } from '../table/data-column.ts';
import { tableLines } from '../table/table-lines.ts';
import { cpuLines } from './cpu-lines.ts';
import { damageLines } from './damage-lines.ts';
import { besideFacts, dumpText } from './dump-text.ts';
import { originLines } from './origin-lines.ts';

/** VMCOREINFO fills a page of 4 KiB, but a hostile file may hold as much as a note can. */
const maxCharacters = 64 * 1024;

/** What a dump says of itself. */
export interface InfoAnswer {
  readonly dump: Dump;
  readonly origin: Origin;
  /** Null if pages were not counted. */
  readonly tally: PageTally | null;
  readonly damage: readonly DamageCount[];
}

/** What a dump says of itself, for people. */
export function infoReport(
  { dump, origin, tally, damage }: InfoAnswer,
  style: Style,
  verbose: boolean,
): string {
  const { image } = dump;
  return [
    `${style.strong(dump.files.map(printable).join(', '))}: ${dumpText(dump)}`,
    ...facts(fileFacts(dump, origin), style),
    ...section('Damage', damageLines(damage, style), style),
    ...section('Origin', verbose ? originLines(origin, style) : [], style),
    ...section('Header', facts(headerFacts(dump), style), style),
    ...section('Memory', memoryLines(dump, tally, style), style),
    ...section('CPUs', cpuLines(dump.cpus, style, verbose), style),
    ...section('Notes', tableLines(noteColumns, image.notes, style), style),
    ...section('VMCOREINFO', vmcoreinfoLines(dump, verbose), style),
    ...section('ERASEINFO', textLines(image.eraseinfo), style),
    '',
  ].join('\n');
}

/** Whose file it is, what was opened with it, and how its memory lies. */
export function fileFacts(dump: Dump, origin: Origin): [label: string, value: string][] {
  return [
    ['captured by', printable(origin.capturedBy)],
    ['written by', printable(origin.writtenBy)],
    ...besideFacts(dump),
    ...layoutFacts(dump),
  ];
}

/** The fields of the headers, the container's first. */
export function headerFacts({ containerHeader, image }: Dump): [label: string, value: string][] {
  return [...containerHeader, ...image.header].map(([field, value]) => [field, headerText(value)]);
}

/** Why memory is taken to lie so, if the file does not say it. */
function layoutFacts({ image: { memoryLayout } }: Dump): [label: string, value: string][] {
  return memoryLayout === undefined
    ? []
    : [
        [
          'memory',
          `${memoryLayout.name}, ${memoryLayout.basis}: ${printable(memoryLayout.because)}`,
        ],
      ];
}

/** Numbers in decimal; larger ones also in hexadecimal, as hex dumps show them. */
function headerText(value: HeaderValue): string {
  if (typeof value === 'string') {
    return value === '' ? "''" : printable(value);
  }
  return value >= 0 && value < 10 ? String(value) : `${value} (${hex(value)})`;
}

export const rangeColumns: readonly DataColumn<PhysicalRange>[] = [
  { title: 'from', kind: 'number', value: ({ start }) => hex(start) },
  { title: 'up to', kind: 'number', value: ({ end }) => hex(end) },
  { title: 'size', kind: 'number', value: ({ start, end }) => sizeText(end - start) },
];

export const noteColumns: readonly DataColumn<Note>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'type', kind: 'number', value: ({ type }) => hex(type) },
  { title: 'bytes', kind: 'number', value: ({ descriptor }) => descriptor.length },
  { title: 'file offset', kind: 'number', value: ({ fileOffset }) => hex(fileOffset) },
];

function memoryLines({ image: { memory } }: Dump, tally: PageTally | null, style: Style): string[] {
  const states = tally === null ? ' (--pages counts their states)' : `: ${statesText(tally)}`;
  return [...tableLines(rangeColumns, memory.ranges, style), `  ${sizesText(memory)}${states}`];
}

/** `512 MiB in 131072 pages`. */
export function sizesText(memory: Dump['image']['memory']): string {
  return `${sizeText(sizeOfRanges(memory.ranges))} in ${plural(pagesIn(memory), 'page')}`;
}

/** How many pages are in each state, without those of none. */
export function statesText({ pages }: PageTally): string {
  const counted = Object.entries(pages).filter(([, count]) => count > 0);
  return counted.map(([state, count]) => `${count} ${state}`).join(', ');
}

function vmcoreinfoLines({ vmcoreinfo }: Dump, verbose: boolean): string[] {
  if (vmcoreinfo === null) {
    return ['  none in the file'];
  }
  const release =
    vmcoreinfo.release === undefined ? 'no release' : `kernel ${printable(vmcoreinfo.release)}`;
  return verbose
    ? textLines(vmcoreinfo.text)
    : [`  ${plural(vmcoreinfo.size, 'key')}, ${release} (--verbose shows them)`];
}

/** A text of the file in lines, as far as people read; none for null. */
export function textLines(text: string | null): string[] {
  if (text === null) {
    return [];
  }
  const shown = text.slice(0, maxCharacters).trimEnd();
  const lines = shown.split('\n').map((line) => `  ${printableLine(line)}`);
  return text.length > maxCharacters
    ? [
        ...lines,
        `  and ${plural(text.length - maxCharacters, 'more character')} (--json shows all)`,
      ]
    : lines;
}
