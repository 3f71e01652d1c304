import type { TypeEntry } from '@vmcorekit/linux';
import { codes } from './abbreviations.ts';
import { encoding } from './dwarf-constants.ts';
import type { EntryWriter } from './entry-writer.ts';

/** A signed number of DWARF has no more than 64 bits. */
const maxSigned = 2n ** 63n - 1n;

type EntryOf<Kind extends TypeEntry['kind']> = Extract<TypeEntry, { readonly kind: Kind }>;

/** Writes the entry of a type, with its members, values or parameters. */
export function writeType(out: EntryWriter, entry: TypeEntry): void {
  switch (entry.kind) {
    case 'integer':
    case 'float':
      out.uint8(codes.base);
      out.name(entry.name);
      out.unsigned(entry.sizeInBytes);
      out.uint8(encodingOf(entry));
      break;
    case 'pointer':
      out.uint8(codes.pointer);
      out.unsigned(out.wordSizeInBytes);
      out.reference(entry.of);
      break;
    case 'const':
    case 'volatile':
    case 'restrict':
      out.uint8(codes[entry.kind]);
      out.reference(entry.of);
      break;
    case 'typedef':
      out.uint8(codes.typedef);
      out.name(entry.name);
      out.reference(entry.of);
      break;
    case 'array':
      out.uint8(codes.array);
      out.reference(entry.of);
      out.endArray(entry.count);
      break;
    case 'struct':
    case 'union':
      writeStructure(out, entry);
      break;
    case 'forward':
      out.uint8(entry.isUnion ? codes.declaredUnion : codes.declaredStruct);
      out.name(entry.name);
      break;
    case 'enumeration':
      writeEnumeration(out, entry);
      break;
    case 'prototype':
      writePrototype(out, entry);
      break;
    default:
      break;
  }
}

function writeStructure(out: EntryWriter, entry: EntryOf<'struct' | 'union'>): void {
  const { kind, name, sizeInBytes, members } = entry;
  const isNamed = name !== '';
  out.uint8(
    kind === 'struct'
      ? isNamed
        ? codes.struct
        : codes.namelessStruct
      : isNamed
        ? codes.union
        : codes.namelessUnion,
  );
  if (isNamed) {
    out.name(name);
  }
  out.unsigned(sizeInBytes);
  for (const member of members) {
    const isBitField = member.sizeInBits > 0;
    if (member.name === '') {
      out.uint8(isBitField ? codes.namelessBitField : codes.namelessMember);
    } else {
      out.uint8(isBitField ? codes.bitField : codes.member);
      out.name(member.name);
    }
    out.reference(member.of);
    if (isBitField) {
      out.unsigned(member.sizeInBits);
      out.unsigned(member.offsetInBits);
    } else {
      out.unsigned(Math.floor(member.offsetInBits / 8));
    }
  }
  out.uint8(0);
}

function writeEnumeration(
  out: EntryWriter,
  { name, sizeInBytes, values }: EntryOf<'enumeration'>,
): void {
  if (name === '') {
    out.uint8(codes.namelessEnumeration);
  } else {
    out.uint8(codes.enumeration);
    out.name(name);
  }
  out.unsigned(sizeInBytes);
  for (const [each, value] of values) {
    const isLarge = value > maxSigned;
    out.uint8(isLarge ? codes.largeEnumerator : codes.enumerator);
    out.name(each);
    if (isLarge) {
      out.uint64(value);
    } else {
      out.signed(value);
    }
  }
  out.uint8(0);
}

function writePrototype(
  out: EntryWriter,
  { of, parameters, isVariadic }: EntryOf<'prototype'>,
): void {
  out.uint8(codes.prototype);
  out.reference(of);
  for (const parameter of parameters) {
    out.uint8(codes.parameterType);
    out.reference(parameter.of);
  }
  out.endParameters(isVariadic);
}

function encodingOf(entry: EntryOf<'integer' | 'float'>): number {
  if (entry.kind === 'float') {
    return encoding.float;
  }
  if (entry.isBoolean) {
    return encoding.boolean;
  }
  // BTF does not mark characters; gdb shows an array of them as text.
  const isCharacter = entry.sizeInBytes === 1 && /\bchar$/.test(entry.name);
  return isCharacter
    ? entry.isSigned
      ? encoding.signed_char
      : encoding.unsigned_char
    : entry.isSigned
      ? encoding.signed
      : encoding.unsigned;
}
