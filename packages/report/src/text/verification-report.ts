import {
  type Dump,
  plural,
  printable,
  type ReadStatistics,
  sizeText,
  type Transfer,
} from '@vmcorekit/core';
import type { CheckedDigest, Verification } from '@vmcorekit/engine';
import { facts, section } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';
import { damageLines } from './damage-lines.ts';
import { dumpText } from './dump-text.ts';

/** What was found when all of a dump was read, for people. */
export function verificationReport(
  dump: Dump,
  { isSound, pages, damage, digests }: Verification,
  { bytesRead, transfer }: ReadStatistics,
  style: Style,
): string {
  const { memory, notes } = dump.image;
  const places = damage.reduce((sum, { count }) => sum + count, 0);
  const counted = Object.entries(pages).filter(([, count]) => count > 0);
  return [
    `${style.strong(dump.files.map(printable).join(', '))}: ${dumpText(dump)}`,
    '',
    isSound
      ? style.good('sound: everything was read, nothing is damaged')
      : style.bad(`damaged, in ${placesText(places)}`),
    ...facts(
      [
        ...counted.map(([state, count]): [string, string] => [
          `${state} pages`,
          `${count} (${sizeText(count * memory.pageSizeInBytes)})`,
        ]),
        ['notes', String(notes.length)],
        ...digestRows(digests),
        ['read', `${sizeText(bytesRead)} of the file`],
        ...fetchedRows(transfer),
      ],
      style,
    ),
    ...section('Damage', damageLines(damage, style), style),
    '',
  ].join('\n');
}

function fetchedRows(transfer: Transfer | undefined): [string, string][] {
  return transfer === undefined
    ? []
    : [
        [
          'fetched',
          `${sizeText(transfer.bytesFetched)} in ${plural(transfer.requests, 'request')}`,
        ],
      ];
}

function placesText(places: number): string {
  return plural(places, 'place');
}

/** One row for each algorithm and state, because a file may state a checksum for each block. */
function digestRows(digests: readonly CheckedDigest[]): [string, string][] {
  const rows = new Map<string, { readonly algorithm: string; text: string; count: number }>();
  for (const { algorithm, expected, actual, statedBy, because } of digests) {
    const state = actual === null ? 'not compared' : actual === expected ? 'right' : 'wrong';
    const key = `${algorithm} ${state}`;
    const row = rows.get(key) ?? {
      algorithm,
      text:
        because === null
          ? `${state}: ${printable(expected)} (${printable(statedBy)})`
          : `${state}: ${printable(because)}`,
      count: 0,
    };
    rows.set(key, { ...row, count: row.count + 1 });
  }
  return [...rows.values()].map(({ algorithm, text, count }) => [
    printable(algorithm),
    count === 1 ? text : `${text}, and ${count - 1} more`,
  ]);
}
