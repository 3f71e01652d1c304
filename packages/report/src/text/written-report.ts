import { type Damage, plural, printable, sizeText, type WriteReport } from '@vmcorekit/core';
import { facts } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';

/** A dump that was written: one file, or the parts of a split one. */
export interface WrittenDump {
  readonly kind: string;
  readonly files: readonly { readonly path: string; readonly sizeInBytes: number }[];
  readonly report: WriteReport;
}

/** What was written, for people. `limits` are those of the kind. */
export function writtenReport(
  { kind, files, report }: WrittenDump,
  style: Style,
  limits?: string,
): string {
  const {
    pagesStored,
    pagesZero,
    pagesExcluded,
    pagesUnreadable,
    pagesAbsent,
    pagesFilled = 0,
  } = report;
  return [
    ...files.map(
      ({ path, sizeInBytes }) =>
        `${style.strong(printable(path))}: ${kind}, ${sizeText(sizeInBytes)}`,
    ),
    ...facts(
      [
        ['stored', plural(pagesStored, 'page')],
        ['zero', plural(pagesZero, 'page')],
        ['excluded', plural(pagesExcluded, 'page')],
        ...(pagesAbsent === 0
          ? []
          : [
              [
                'absent',
                `${plural(pagesAbsent, 'page')} that the input lists in its memory map but does not hold`,
              ] as const,
            ]),
        ...(pagesFilled === 0
          ? []
          : [
              [
                'filled',
                `${plural(pagesFilled, 'page')} that the input holds only in part, with zeros for the rest`,
              ] as const,
            ]),
        ...(pagesUnreadable === 0
          ? []
          : [['unreadable', unreadableText(pagesUnreadable)] as const]),
      ],
      style,
    ),
    ...limitLines(limits, style),
    '',
  ].join('\n');
}

/** Says which tools do not open a file of the kind written; empty if all do. */
export function limitLines(limits: string | undefined, style: Style): string[] {
  return limits === undefined ? [] : [style.faint(`  ${printable(limits)}`)];
}

/** The sentence about pages that could not be read, or only in part. */
function unreadableText(pages: number): string {
  return `${plural(pages, 'page')} of the input cannot be read completely; what cannot be read is not in the output`;
}

/**
 * What of the input could not be read, and so is not in the output, a line each. Leaves out damage
 * that was `mended`, by its name. Damaged pages are counted when they are read.
 */
export function lossLines(
  damage: readonly Damage[],
  { pagesUnreadable }: Pick<WriteReport, 'pagesUnreadable'>,
  mended: readonly string[] = [],
): string[] {
  const lost = damage
    .filter(
      ({ name, loses }) => (loses === 'memory' || loses === 'notes') && !mended.includes(name),
    )
    .map(({ name, detail }) => `${name}: ${detail}`);
  return pagesUnreadable === 0 ? lost : [...lost, unreadableText(pagesUnreadable)];
}
