import { printable, sizeText } from '@vmcorekit/core';
import type { Json } from '../json/json-line.ts';
import { facts } from '../output/facts.ts';
import type { Style } from '../output/style.ts';
import type { WrittenDump } from './write-dump.ts';

/** What was written, for people. */
export function writtenReport({ kind, files, report }: WrittenDump, style: Style): string {
  const { pagesStored, pagesZero, pagesExcluded, pagesUnreadable, pagesAbsent } = report;
  return [
    ...files.map(({ path, sizeInBytes }) => `${style.strong(printable(path))}: ${kind}, ${sizeText(sizeInBytes)}`),
    ...facts(
      [
        ['stored', `${pagesStored} pages`],
        ['zero', `${pagesZero} pages`],
        ['excluded', `${pagesExcluded} pages`],
        ...(pagesAbsent === 0
          ? []
          : [['absent', `${pagesAbsent} pages that the input does not hold, though its memory map has them`] as const]),
        ...(pagesUnreadable === 0 ? [] : [['unreadable', unreadableText(pagesUnreadable)] as const]),
      ],
      style,
    ),
    '',
  ].join('\n');
}

export function unreadableText(pages: number): string {
  return `${pages} pages of the input cannot be read; they are left out, so their contents count as unknown`;
}

/** What was written, for programs. */
export function writtenJson({ kind, files, report }: WrittenDump): { readonly [key: string]: Json } {
  return {
    output: files[0]?.path ?? null,
    kind,
    sizeInBytes: files.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0),
    ...(files.length > 1 ? { parts: files.map(({ path, sizeInBytes }) => ({ path, sizeInBytes })) } : {}),
    pages: {
      stored: report.pagesStored,
      zero: report.pagesZero,
      excluded: report.pagesExcluded,
      unreadable: report.pagesUnreadable,
      absent: report.pagesAbsent,
    },
  };
}
