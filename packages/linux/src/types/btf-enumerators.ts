import { btfKind } from './btf-kinds.ts';
import type { BtfRecords } from './btf-records.ts';

/** The largest enumeration of Linux has some thousand values. */
const maxEnumerators = 65_536;

/** The values of an enumeration by name; undefined for no enumeration, and for too many values. */
export function enumeratorsOf(
  records: BtfRecords,
  id: number,
): ReadonlyMap<string, bigint> | undefined {
  const record = records.record(id);
  const is64 = record?.kind === btfKind.ENUM64;
  if (
    record === undefined ||
    !(is64 || record.kind === btfKind.ENUM) ||
    record.vlen > maxEnumerators
  ) {
    return undefined;
  }
  const [bits, words] = is64 ? [64, 3] : [32, 2];
  // Before Linux 6.0 the flag is never set, and the values are those of an `int`.
  const isSigned = record.isFlagged || !records.areEnumerationsSigned;
  const values = new Map<string, bigint>();
  for (let index = 0; index < record.vlen; index++) {
    const at = index * words;
    const value = BigInt(record.word(at + 1)) | (is64 ? BigInt(record.word(at + 2)) << 32n : 0n);
    values.set(records.name(record.word(at)), isSigned ? BigInt.asIntN(bits, value) : value);
  }
  return values;
}
