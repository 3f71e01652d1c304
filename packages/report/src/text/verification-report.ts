import { type Dump, plural, printable, type ReadStatistics, sizeText } from '@vmcorekit/core';
import type { Verification } from '@vmcorekit/engine';
import { facts, section } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';
import { damageLines } from './damage-lines.ts';
import { dumpText } from './dump-text.ts';

/** What was found when all of a dump was read, for people. */
export function verificationReport(
  dump: Dump,
  { isSound, pages, damage }: Verification,
  { bytesRead }: ReadStatistics,
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
        ['read', `${sizeText(bytesRead)} of the file`],
      ],
      style,
    ),
    ...section('Damage', damageLines(damage, style), style),
    '',
  ].join('\n');
}

function placesText(places: number): string {
  return plural(places, 'place');
}
