import { btfKind } from './btf-kinds.ts';
import type { BtfRecord, BtfRecords } from './btf-records.ts';

/**
 * Records visited for one declaration, and every 32 characters of their names once more. Hostile
 * functions could take functions that take functions; the longest of Linux visits some fifty.
 */
const maxSteps = 300;
const charactersPerStep = 32;
/** Linux has functions of some twenty parameters. */
const maxParameters = 256;
/** Stands for what is not known. */
export const unknownType = '...';

/** A last parameter of no name and no type stands for `...`. */
export function parametersOf(
  record: BtfRecord,
): { readonly nameOffset: number; readonly typeId: number }[] {
  return Array.from({ length: Math.min(record.vlen, maxParameters) }, (_, index) => ({
    nameOffset: record.word(2 * index),
    typeId: record.word(2 * index + 1),
  }));
}

/**
 * C writes a type from the inside out: what stands before the name is added to its left, and arrays
 * and parameters to its right. A pointer to either of these needs parentheses.
 */
export function declaration(
  records: BtfRecords,
  id: number,
  name: string,
  budget: { left: number } = { left: maxSteps },
): string {
  let inner = name;
  let qualifiers = '';
  let isPointer = false;
  for (let at = id; ; ) {
    const record = records.record(at);
    if (--budget.left < 0) {
      return joined(qualifiers + unknownType, inner);
    }
    if (record === undefined) {
      return joined(qualifiers + (at === 0 ? 'void' : unknownType), inner);
    }
    switch (record.kind) {
      case btfKind.CONST:
        qualifiers = `const ${qualifiers}`;
        at = record.sizeOrType;
        break;
      case btfKind.VOLATILE:
        qualifiers = `volatile ${qualifiers}`;
        at = record.sizeOrType;
        break;
      case btfKind.RESTRICT:
        qualifiers = `restrict ${qualifiers}`;
        at = record.sizeOrType;
        break;
      case btfKind.TYPE_TAG:
      case btfKind.FUNC:
        at = record.sizeOrType;
        break;
      case btfKind.PTR:
        inner = `*${qualifiers === '' ? inner : joined(qualifiers.trimEnd(), inner)}`;
        qualifiers = '';
        isPointer = true;
        at = record.sizeOrType;
        break;
      case btfKind.ARRAY:
        inner = `${isPointer ? `(${inner})` : inner}[${record.word(2) || ''}]`;
        isPointer = false;
        at = record.word(0);
        break;
      case btfKind.FUNC_PROTO:
        inner = `${isPointer ? `(${inner})` : inner}(${parameterTexts(records, record, budget)})`;
        isPointer = false;
        at = record.sizeOrType;
        break;
      default:
        return joined(qualifiers + paid(baseName(records, record), budget), inner);
    }
  }
}

function parameterTexts(records: BtfRecords, record: BtfRecord, budget: { left: number }): string {
  const all = parametersOf(record);
  const texts: string[] = [];
  for (const [index, { nameOffset, typeId }] of all.entries()) {
    if (budget.left < 0) {
      texts.push(unknownType);
      break;
    }
    texts.push(
      typeId === 0 && index === all.length - 1
        ? '...'
        : declaration(records, typeId, paid(records.name(nameOffset), budget), budget),
    );
  }
  return texts.join(', ') || 'void';
}

function paid(name: string, budget: { left: number }): string {
  budget.left -= Math.floor(name.length / charactersPerStep);
  return name;
}

function baseName(records: BtfRecords, { kind, nameOffset, isFlagged }: BtfRecord): string {
  const name = records.name(nameOffset);
  switch (kind) {
    case btfKind.STRUCT:
      return `struct ${name || '{...}'}`;
    case btfKind.UNION:
      return `union ${name || '{...}'}`;
    case btfKind.ENUM:
    case btfKind.ENUM64:
      return `enum ${name || '{...}'}`;
    case btfKind.FWD:
      return `${isFlagged ? 'union' : 'struct'} ${name}`;
    default:
      return name || unknownType;
  }
}

/** A type and what it declares. */
export function joined(type: string, inner: string): string {
  return inner === '' || inner.startsWith('[') ? type + inner : `${type} ${inner}`;
}
