import type { ReportTable } from '@vmcorekit/core';
import { textTable } from '../table/text-table.ts';
import { damageTable } from './damage-lines.ts';
import { dumpText } from './dump-text.ts';
import {
  fileFacts,
  headerFacts,
  type InfoAnswer,
  noteColumns,
  rangeColumns,
  sizesText,
  statesText,
  textLines,
} from './info-report.ts';

type Facts = readonly (readonly [label: string, value: string])[];

/** What a dump says of itself in parts, with the words of `infoReport`. */
export interface InfoParts {
  readonly facts: Facts;
  readonly header: Facts;
  readonly ranges: ReportTable;
  readonly notes: ReportTable;
  readonly damage: ReportTable;
  /** Lines of text; none where the file has none. */
  readonly vmcoreinfo: readonly string[];
  readonly eraseinfo: readonly string[];
}

/** More ranges or notes say nothing new; JSON has all. */
const maxRows = 500;

/** The file, for what lays it out by itself. All text is ready to show. */
export function infoParts({ dump, origin, tally, damage }: InfoAnswer): InfoParts {
  const { memory, notes, eraseinfo } = dump.image;
  return {
    facts: [
      ['format', dumpText(dump)],
      ...fileFacts(dump, origin),
      ['memory', sizesText(memory)],
      ...(tally === null ? [] : [['pages', statesText(tally)] as const]),
    ],
    header: headerFacts(dump),
    ranges: textTable(rangeColumns, memory.ranges.slice(0, maxRows)),
    notes: textTable(noteColumns, notes.slice(0, maxRows)),
    damage: damageTable(damage),
    vmcoreinfo: textLines(dump.vmcoreinfo?.text ?? null),
    eraseinfo: textLines(eraseinfo),
  };
}
