import { type DescribedMember, DescribedStruct } from '@vmcorekit/core';
import { ByteCursor } from './byte-cursor.ts';
import { attribute, plusUconst, tag } from './constants.ts';
import { type Entry, numberOf } from './debug-info.ts';
import { type DwarfFile, typeOf, valueTypeOf } from './dwarf-values.ts';
import type { FormValue } from './forms.ts';

/** More members than any structure has. */
const maxMembers = 65_536;
const maxBits = 128;

/** A structure or union of a file with DWARF. */
export class DwarfStruct extends DescribedStruct {
  constructor(file: DwarfFile, entry: Entry) {
    super({
      name: file.info.nameOf(entry) ?? '',
      from: file.from,
      kind: entry.tag === tag.union_type ? 'union' : 'struct',
      sizeInBytes: numberOf(entry.attributes.get(attribute.byte_size)) ?? 0,
      wordSizeInBits: file.wordSizeInBits,
      members: () => membersOf(file, entry),
    });
  }
}

function membersOf(file: DwarfFile, struct: Entry): DescribedMember[] {
  const members: DescribedMember[] = [];
  for (const child of file.info.children(struct)) {
    const member = child.tag === tag.member ? memberOf(file, child) : undefined;
    if (member !== undefined && members.length < maxMembers) {
      members.push(member);
    }
  }
  return members;
}

/** Undefined where the place is not known. */
function memberOf(file: DwarfFile, entry: Entry): DescribedMember | undefined {
  const { attributes } = entry;
  const bytes = offsetOf(file, attributes.get(attribute.data_member_location));
  const sizeInBits = numberOf(attributes.get(attribute.bit_size)) ?? 0;
  const offsetInBits =
    bytes === undefined || sizeInBits > maxBits
      ? undefined
      : sizeInBits === 0
        ? bytes * 8
        : bitsFrom(file, entry, bytes * 8, sizeInBits);
  return offsetInBits === undefined || offsetInBits < 0
    ? undefined
    : {
        name: file.info.nameOf(entry) ?? '',
        offsetInBits,
        sizeInBits,
        type: () => valueTypeOf(file, entry),
      };
}

/** A member of a union has no location, and begins at 0. DWARF 2 gives an expression. */
function offsetOf({ info }: DwarfFile, value: FormValue | undefined): number | undefined {
  if (value === undefined) {
    return 0;
  }
  if (value.kind === 'bytes' && value.bytes[0] === plusUconst) {
    return new ByteCursor(value.bytes.subarray(1), info.byteOrder, 'location').uleb();
  }
  return numberOf(value);
}

/**
 * DWARF 4 counts from the start of the structure. Earlier ones count from the highest bit of the
 * storage, which begins at the member's offset. Source: DWARF 4, section 5.5.6; DWARF 3, 5.6.6.
 */
function bitsFrom(
  file: DwarfFile,
  entry: Entry,
  base: number,
  sizeInBits: number,
): number | undefined {
  const { attributes } = entry;
  const fromStart = numberOf(attributes.get(attribute.data_bit_offset));
  if (fromStart !== undefined) {
    return base + fromStart;
  }
  const fromHighest = attributes.get(attribute.bit_offset);
  if (fromHighest === undefined) {
    return base;
  }
  const storage =
    numberOf(attributes.get(attribute.byte_size)) ??
    numberOf(typeOf(file.info, entry)?.attributes.get(attribute.byte_size));
  const offset = signedNumber(fromHighest);
  if (offset === undefined || storage === undefined) {
    return undefined;
  }
  return file.info.byteOrder === 'big' ? base + offset : base + storage * 8 - offset - sizeInBits;
}

/** GCC writes a negative one where the bits lie beyond their storage. */
function signedNumber(value: FormValue): number | undefined {
  return value.kind === 'number' ? Number(BigInt.asIntN(64, value.number)) : undefined;
}
