import type { LogRecord, LostRecord } from './log-record.ts';

type Numbered = LogRecord | LostRecord;

/**
 * The records with the numbers that most of them bear out: numbers rise by one with each
 * descriptor, so each says what the first one's is. A number that one flipped bit changed would put
 * its message elsewhere. `steps` are the places of the records in the ring, from its tail on.
 */
export function withNumbersOfPlaces(
  records: readonly Numbered[],
  steps: readonly number[],
): Numbered[] {
  const votes = new Map<number, number>();
  let voters = 0;
  for (const [index, { sequence }] of records.entries()) {
    if (sequence !== null) {
      const first = sequence - (steps[index] ?? 0);
      votes.set(first, (votes.get(first) ?? 0) + 1);
      voters++;
    }
  }
  const [first] = [...votes].find(([, count]) => 2 * count > voters) ?? [];
  return records.map((record, index) =>
    record.sequence === null || first === undefined
      ? record
      : { ...record, sequence: first + (steps[index] ?? 0) },
  );
}
