import { btfKind, enumerations, tags } from './btf-kinds.ts';
import type { BtfRecords } from './btf-records.ts';
import type { BtfStruct } from './btf-struct.ts';
import { type BtfFile, stripped } from './btf-values.ts';

/** The types that are compared. */
interface ComparedTypes extends BtfFile {
  structAt(id: number): BtfStruct;
}

/**
 * Whether two types of one name say the same. What they lead to is compared by its text: a circle
 * of structures would have no end.
 */
export function areAlike(
  types: ComparedTypes,
  records: BtfRecords,
  one: number,
  other: number,
): boolean {
  const [a, b] = [records.record(one), records.record(other)];
  if (a === undefined || b === undefined || a.kind !== b.kind) {
    return false;
  }
  if (tags.has(a.kind)) {
    return types.structAt(one).isLike(types.structAt(other));
  }
  if (enumerations.has(a.kind)) {
    const values = types.valuesAt(one);
    return values !== undefined && areEqual(values, types.valuesAt(other));
  }
  const isReference =
    a.kind === btfKind.TYPEDEF || a.kind === btfKind.VAR || a.kind === btfKind.FUNC;
  if (!isReference) {
    return a.sizeOrType === b.sizeOrType && a.word(0) === b.word(0);
  }
  const [ofOne, ofOther] = [types.declaredAt(a.sizeOrType), types.declaredAt(b.sizeOrType)];
  const [structOfOne, structOfOther] = [a, b].map(({ sizeOrType }) => {
    const target = stripped(records, sizeOrType);
    return target !== undefined && tags.has(target.kind) ? types.structAt(target.id) : undefined;
  });
  return (
    ofOne.text === ofOther.text &&
    ofOne.sizeInBytes === ofOther.sizeInBytes &&
    (structOfOne === undefined ||
      (structOfOther !== undefined && structOfOne.isLike(structOfOther)))
  );
}

/** Whether two enumerations have the same values under the same names. */
export function areEqual(
  one: ReadonlyMap<string, bigint>,
  other: ReadonlyMap<string, bigint> | undefined,
): boolean {
  return one.size === other?.size && [...one].every(([name, value]) => other.get(name) === value);
}
