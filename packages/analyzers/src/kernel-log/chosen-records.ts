import type { LogRecord, LostRecord } from '@vmcorekit/linux';

/** What was asked for. */
export interface Choice {
  /** The greatest level, which is the least urgent; infinite for all. */
  readonly maxLevel: number;
  readonly search: string | null;
  readonly tail: number | null;
}

/** The records that were asked for. A lost one is among them unless its text or level is needed. */
export function chosenRecords(
  records: readonly (LogRecord | LostRecord)[],
  { maxLevel, search, tail }: Choice,
): readonly (LogRecord | LostRecord)[] {
  const wanted = search?.toLowerCase() ?? '';
  const chosen =
    maxLevel === Infinity && search === null
      ? records
      : records.filter(
          (record) =>
            !('lost' in record) &&
            record.level <= maxLevel &&
            record.text.toLowerCase().includes(wanted),
        );
  return tail === null ? chosen : chosen.slice(-tail);
}
