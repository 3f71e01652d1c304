import type { ByteCursor } from './byte-cursor.ts';
import { form } from './constants.ts';
import type { UnitHeader } from './unit-header.ts';

/** A form may name another form; a chain of them is nonsense. */
const maxIndirections = 4;

/**
 * The value of an attribute. A `string` is an offset into .debug_str, a `line` one into
 * .debug_line_str, an `index` one into .debug_str_offsets; a `reference` is an offset in
 * .debug_info.
 */
export type FormValue =
  | { readonly kind: 'number'; readonly number: bigint }
  | { readonly kind: 'reference'; readonly offset: number }
  | { readonly kind: 'string' | 'line' | 'index'; readonly at: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Of no use here: an address, a list, something in another file. */
  | { readonly kind: 'other' };

const other: FormValue = { kind: 'other' };

/** Reads the value of an attribute. Throws `malformed` for an unknown form: its size is unknown. */
export function readForm(
  cursor: ByteCursor,
  formOfIt: number,
  unit: UnitHeader,
  constant: bigint,
): FormValue {
  const number = (value: number | bigint): FormValue => ({ kind: 'number', number: BigInt(value) });
  const local = (offset: number): FormValue => ({
    kind: 'reference',
    offset: unit.start + offset,
  });
  const block = (length: number): FormValue => {
    const bytes = cursor.bytes.subarray(cursor.at, cursor.at + length);
    cursor.at += length;
    return { kind: 'bytes', bytes };
  };
  switch (formOfIt) {
    case form.data1:
    case form.flag:
      return number(cursor.uint8());
    case form.data2:
      return number(cursor.uint16());
    case form.data4:
      return number(cursor.uint32());
    case form.data8:
      return number(cursor.exactUint64());
    case form.udata:
      return number(cursor.exactUleb());
    case form.sdata:
      return number(cursor.exactSleb());
    case form.implicit_const:
      return number(constant);
    case form.flag_present:
      return number(1);
    case form.sec_offset:
      return number(cursor.offset(unit.is64));
    case form.ref1:
      return local(cursor.uint8());
    case form.ref2:
      return local(cursor.uint16());
    case form.ref4:
      return local(cursor.uint32());
    case form.ref8:
      return local(cursor.uint64());
    case form.ref_udata:
      return local(cursor.uleb());
    case form.ref_addr:
      return {
        kind: 'reference',
        offset: unit.version === 2 ? addressOf(cursor, unit) : cursor.offset(unit.is64),
      };
    case form.strp:
      return { kind: 'string', at: cursor.offset(unit.is64) };
    case form.line_strp:
      return { kind: 'line', at: cursor.offset(unit.is64) };
    case form.strx:
      return { kind: 'index', at: cursor.uleb() };
    case form.strx1:
      return { kind: 'index', at: cursor.uint8() };
    case form.strx2:
      return { kind: 'index', at: cursor.uint16() };
    case form.strx3:
      return { kind: 'index', at: cursor.uint24() };
    case form.strx4:
      return { kind: 'index', at: cursor.uint32() };
    case form.string:
      return { kind: 'text', text: cursor.text() };
    case form.block1:
      return block(cursor.uint8());
    case form.block2:
      return block(cursor.uint16());
    case form.block4:
      return block(cursor.uint32());
    case form.block:
    case form.exprloc:
      return block(cursor.uleb());
    default:
      skipForm(cursor, formOfIt, unit);
      return other;
  }
}

/** Steps over the value of an attribute. Throws `malformed` for an unknown form. */
export function skipForm(cursor: ByteCursor, formOfIt: number, unit: UnitHeader): void {
  let wanted = formOfIt;
  for (let step = 0; wanted === form.indirect && step < maxIndirections; step++) {
    wanted = cursor.uleb();
  }
  const size = fixedSizeOf(wanted, unit);
  if (size >= 0) {
    cursor.at += size;
    return;
  }
  switch (wanted) {
    case form.udata:
    case form.sdata:
    case form.ref_udata:
    case form.strx:
    case form.addrx:
    case form.loclistx:
    case form.rnglistx:
      cursor.uleb();
      return;
    case form.string: {
      const end = cursor.bytes.indexOf(0, cursor.at);
      cursor.at = end < 0 ? cursor.bytes.length + 1 : end + 1;
      return;
    }
    case form.block1:
      stepOver(cursor, cursor.uint8());
      return;
    case form.block2:
      stepOver(cursor, cursor.uint16());
      return;
    case form.block4:
      stepOver(cursor, cursor.uint32());
      return;
    case form.block:
    case form.exprloc:
      stepOver(cursor, cursor.uleb());
      return;
    default:
      throw cursor.malformed('form', 'one of DWARF 2 to 5', wanted);
  }
}

/** The length of a value of this form; -1 where it differs, and for an unknown form. */
export function fixedSizeOf(formOfIt: number, unit: UnitHeader): number {
  switch (formOfIt) {
    case form.flag_present:
    case form.implicit_const:
      return 0;
    case form.data1:
    case form.ref1:
    case form.flag:
    case form.strx1:
    case form.addrx1:
      return 1;
    case form.data2:
    case form.ref2:
    case form.strx2:
    case form.addrx2:
      return 2;
    case form.strx3:
    case form.addrx3:
      return 3;
    case form.data4:
    case form.ref4:
    case form.ref_sup4:
    case form.strx4:
    case form.addrx4:
      return 4;
    case form.data8:
    case form.ref8:
    case form.ref_sig8:
    case form.ref_sup8:
      return 8;
    case form.data16:
      return 16;
    case form.strp:
    case form.line_strp:
    case form.sec_offset:
    case form.strp_sup:
    case form.gnu_ref_alt:
    case form.gnu_strp_alt:
      return unit.is64 ? 8 : 4;
    case form.ref_addr:
      return unit.version === 2 ? unit.addressSizeInBytes : unit.is64 ? 8 : 4;
    case form.addr:
      return unit.addressSizeInBytes;
    default:
      return -1;
  }
}

function addressOf(cursor: ByteCursor, { addressSizeInBytes }: UnitHeader): number {
  return addressSizeInBytes === 8 ? cursor.uint64() : cursor.uint32();
}

function stepOver(cursor: ByteCursor, lengthInBytes: number): void {
  cursor.at += lengthInBytes;
}
