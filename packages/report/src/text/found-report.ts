import { type Dump, hex, plural, printable } from '@vmcorekit/core';
import type { FindPattern, FoundPlace, Matches } from '@vmcorekit/engine';
import { hexDump } from '../layout/hex-dump.ts';
import type { Style } from '../layout/style.ts';
import { foundColumns, otherAddresses } from '../rows/found-columns.ts';
import { hexOrUnknown } from '../table/cell-text.ts';
import { tableLines } from '../table/table-lines.ts';
import { symbolText } from './symbol-text.ts';

/** What was searched for, and what was found. */
export interface FoundAnswer {
  readonly dump: Dump;
  readonly wanted: {
    readonly pattern: FindPattern;
    /** In the user's words: `the text 'x'`. */
    readonly text: string;
  };
  readonly isVirtual: boolean;
  readonly matches: Matches;
  readonly hits: readonly FoundPlace[];
  /** Whether the bytes of each hit are shown. */
  readonly showsBytes: boolean;
}

/** The hits of a search for people: one line each, and its bytes below where they are shown. */
export function foundReport(answer: FoundAnswer, style: Style): string {
  const { wanted, isVirtual, matches, hits, showsBytes } = answer;
  const count = matches.isLimited ? `the first ${hits.length} hits` : plural(hits.length, 'hit');
  const where = `${isVirtual ? 'virtual' : 'physical'} memory`;
  const said = hits.length === 0 ? 'no hit' : count;
  const paint = hits.length === 0 ? style.doubtful : style.strong;
  const notes = foundNotes(matches);
  return [
    `${paint(said)} of ${printable(wanted.text)} in ${where}`,
    ...(showsBytes
      ? hits.flatMap((hit) => withBytes(hit, isVirtual, style))
      : tableLines(foundColumns(isVirtual), hits, style)),
    ...(notes.length === 0 ? [] : ['', ...notes]),
    '',
  ].join('\n');
}

function withBytes(hit: FoundPlace, isVirtual: boolean, style: Style): string[] {
  const places = [
    ...(isVirtual
      ? [
          `virtual ${style.strong(hex(hit.address))}`,
          `physical ${hexOrUnknown(hit.physicalAddress)}`,
        ]
      : [`physical ${style.strong(hexOrUnknown(hit.physicalAddress))}`]),
    ...otherAddresses(hit, isVirtual).map(
      (each) => `${isVirtual ? 'also' : 'virtual'} ${hex(each)}`,
    ),
    ...(hit.symbol === null ? [] : [symbolText(hit.symbol, hit.symbol.offsetInBytes)]),
    ...(hit.fileOffset === null ? [] : [`file offset ${hex(hit.fileOffset)}`]),
  ];
  const dump = hexDump(hit.context.bytes, hit.context.address).map((line) => `  ${line}`);
  return ['', places.join(', '), ...dump];
}

/** What was not searched: the reader must know it before they rely on a missing hit. */
export function foundNotes({ isLimited, isCut, unsearched }: Matches): string[] {
  const { excluded, absent, corrupt } = unsearched;
  const pages = [
    ...(corrupt > 0 ? [`${plural(corrupt, 'page')} could not be read`] : []),
    ...(absent > 0 ? [`${plural(absent, 'page')} ${are(absent)} not in the file`] : []),
    ...(excluded > 0 ? [`${plural(excluded, 'page')} ${were(excluded)} left out of the dump`] : []),
  ];
  return [
    ...(isLimited ? ['There are more hits: --limit COUNT shows more.'] : []),
    ...(isCut ? ['The search ended early, because the page tables map too much.'] : []),
    ...(pages.length > 0 ? [`${pages.join(', ')}: hits there are not known.`] : []),
  ];
}

function are(count: number): string {
  return count === 1 ? 'is' : 'are';
}

function were(count: number): string {
  return count === 1 ? 'was' : 'were';
}
