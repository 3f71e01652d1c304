import { fnv1aWith } from '@vmcorekit/core';
import type { Abbreviation } from './abbreviations.ts';
import type { ByteCursor } from './byte-cursor.ts';
import { attribute, form } from './constants.ts';
import type { DebugInfo, Unit } from './debug-info.ts';
import { skipForm } from './forms.ts';
import type { UnitHeader } from './unit-header.ts';

/** What an entry's attributes say, as far as an index needs them. */
export interface Seen {
  nameAt: number;
  text: string;
  size: number;
  line: number;
  column: number;
  isDeclaration: boolean;
  specification: number;
  sibling: number;
  language: number;
}

export function nothingSeen(): Seen {
  return {
    nameAt: -1,
    text: '',
    size: 0,
    line: 0,
    column: 0,
    isDeclaration: false,
    specification: 0,
    sibling: 0,
    language: 0,
  };
}

/** Reads an entry's attributes, from after its code, into `seen`. */
export function readInto(
  seen: Seen,
  info: DebugInfo,
  unit: Unit,
  cursor: ByteCursor,
  { names, forms, constants }: Abbreviation,
): void {
  seen.nameAt = -1;
  seen.text = '';
  seen.size = 0;
  seen.line = 0;
  seen.column = 0;
  seen.isDeclaration = false;
  seen.specification = 0;
  seen.sibling = 0;
  seen.language = 0;
  for (let index = 0; index < names.length; index++) {
    const formOfIt = forms[index] ?? 0;
    switch (names[index]) {
      case attribute.name:
        readName(seen, info, unit, cursor, formOfIt);
        break;
      case attribute.byte_size:
        seen.size = numberIn(cursor, formOfIt, unit.header, constants[index] ?? 0n);
        break;
      case attribute.decl_line:
        seen.line = numberIn(cursor, formOfIt, unit.header, constants[index] ?? 0n);
        break;
      case attribute.decl_column:
        seen.column = numberIn(cursor, formOfIt, unit.header, constants[index] ?? 0n);
        break;
      case attribute.language:
        seen.language = numberIn(cursor, formOfIt, unit.header, constants[index] ?? 0n);
        break;
      case attribute.declaration:
        seen.isDeclaration = numberIn(cursor, formOfIt, unit.header, constants[index] ?? 0n) !== 0;
        break;
      case attribute.specification:
        seen.specification = numberIn(cursor, formOfIt, unit.header, 0n);
        break;
      case attribute.sibling:
        seen.sibling = numberIn(cursor, formOfIt, unit.header, 0n);
        break;
      default:
        skipForm(cursor, formOfIt, unit.header);
    }
  }
}

function readName(
  seen: Seen,
  info: DebugInfo,
  { header, stringOffsetsBase }: Unit,
  cursor: ByteCursor,
  formOfIt: number,
): void {
  switch (formOfIt) {
    case form.strp:
      seen.nameAt = cursor.offset(header.is64);
      return;
    case form.string:
      seen.text = cursor.text();
      return;
    case form.strx:
    case form.strx1:
    case form.strx2:
    case form.strx3:
    case form.strx4: {
      const at = numberIn(cursor, formOfIt, header, 0n);
      seen.nameAt = info.strings.offsetOf({ kind: 'index', at }, header, stringOffsetsBase) ?? -1;
      return;
    }
    default:
      skipForm(cursor, formOfIt, header);
  }
}

/** A small number, without the cost of exact ones; 0 for a form that is none. */
function numberIn(
  cursor: ByteCursor,
  formOfIt: number,
  header: UnitHeader,
  constant: bigint,
): number {
  switch (formOfIt) {
    case form.data1:
    case form.flag:
    case form.ref1:
    case form.strx1:
      return cursor.uint8();
    case form.data2:
    case form.ref2:
    case form.strx2:
      return cursor.uint16();
    case form.strx3:
      return cursor.uint24();
    case form.data4:
    case form.ref4:
    case form.strx4:
      return cursor.uint32();
    case form.data8:
    case form.ref8:
      return cursor.uint64();
    case form.udata:
    case form.ref_udata:
    case form.strx:
      return cursor.uleb();
    case form.implicit_const:
      return Number(constant);
    case form.flag_present:
      return 1;
    default:
      skipForm(cursor, formOfIt, header);
      return 0;
  }
}

/** What is read of a first child; used again for all. */
const child: Seen = nothingSeen();

/** Where the first child has its name, or 0. The cursor stays where it is. */
export function firstNameIn(info: DebugInfo, unit: Unit, cursor: ByteCursor): number {
  const { at } = cursor;
  const shape = unit.abbreviations.get(cursor.uleb());
  const index = shape?.names.indexOf(attribute.name) ?? -1;
  let found = 0;
  if (shape !== undefined && index >= 0) {
    for (let before = 0; before < index; before++) {
      skipForm(cursor, shape.forms[before] ?? 0, unit.header);
    }
    const formOfIt = shape.forms[index] ?? 0;
    if (formOfIt === form.string) {
      found = hashUntilNul(cursor);
    } else {
      child.nameAt = 0;
      readName(child, info, unit, cursor, formOfIt);
      found = child.nameAt;
    }
  }
  cursor.at = at;
  return found;
}

/** Short names stand in the entry itself; only their hash is needed. */
function hashUntilNul(cursor: ByteCursor): number {
  let hash = 0;
  for (let byte = cursor.uint8(); byte !== 0; byte = cursor.uint8()) {
    hash = mixed(hash, byte);
  }
  return hash;
}

/** FNV-1a over a number, with its high bits spread. */
export function mixed(hash: number, value: number): number {
  const next = fnv1aWith(hash, value);
  return (next ^ (next >>> 15)) >>> 0;
}
