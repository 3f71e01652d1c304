import type { ByteCursor } from './byte-cursor.ts';
import { attribute, form } from './constants.ts';
import { fixedSizeOf } from './forms.ts';
import type { UnitHeader } from './unit-header.ts';

/** A unit of Linux has some 150; none has a thousand attributes in one. */
const maxAbbreviations = 1 << 20;
const maxAttributes = 1024;
/** Shared, because most have none, and a kernel has 400,000 abbreviations. */
const noConstants: readonly bigint[] = [];

/** The shape of entries: their tag, and which attributes they have in which form. */
export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly names: readonly number[];
  readonly forms: readonly number[];
  /** The values of DW_FORM_implicit_const, by the attribute's place; 0 or none for others. */
  readonly constants: readonly bigint[];
  /** Of all attributes; -1 where that is not the same in each entry. */
  readonly sizeInBytes: number;
  /** From the end of the code to DW_AT_sibling as a reference of 4 bytes; -1 without one. */
  readonly siblingAt: number;
}

/**
 * The abbreviations of a unit by their codes, from where the cursor stands. Throws `truncated`,
 * and `malformed` where there are impossibly many.
 */
export function readAbbreviations(
  cursor: ByteCursor,
  header: UnitHeader,
): ReadonlyMap<number, Abbreviation> {
  const table = new Map<number, Abbreviation>();
  for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
    const tag = cursor.uleb();
    const hasChildren = cursor.uint8() !== 0;
    const names: number[] = [];
    const forms: number[] = [];
    let constants: readonly bigint[] = noConstants;
    let sizeInBytes = 0;
    let siblingAt = -1;
    for (;;) {
      const name = cursor.uleb();
      const formOfIt = cursor.uleb();
      const constant = formOfIt === form.implicit_const ? cursor.exactSleb() : 0n;
      if (name === 0 && formOfIt === 0) {
        break;
      }
      if (name === attribute.sibling && formOfIt === form.ref4) {
        siblingAt = sizeInBytes;
      }
      const size = fixedSizeOf(formOfIt, header);
      sizeInBytes = size < 0 || sizeInBytes < 0 ? -1 : sizeInBytes + size;
      if (formOfIt === form.implicit_const) {
        constants = [...constants, ...zeros(names.length - constants.length), constant];
      }
      names.push(name);
      forms.push(formOfIt);
      if (names.length > maxAttributes) {
        throw cursor.malformed('attributes', `at most ${maxAttributes}`, names.length);
      }
    }
    cursor.check();
    table.set(code, { tag, hasChildren, names, forms, constants, sizeInBytes, siblingAt });
    if (table.size > maxAbbreviations) {
      throw cursor.malformed('abbreviations', `at most ${maxAbbreviations}`, table.size);
    }
  }
  cursor.check();
  return table;
}

function zeros(count: number): bigint[] {
  return Array.from({ length: count }, () => 0n);
}
