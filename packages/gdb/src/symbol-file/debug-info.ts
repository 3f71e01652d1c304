import { type ByteOrder, printable } from '@vmcorekit/core';
import type { Derivation, TypeEntries, TypeEntry } from '@vmcorekit/linux';
import { codes } from './abbreviations.ts';
import { ByteWriter } from './byte-writer.ts';
import { addressOperation, encoding, languageC } from './dwarf-constants.ts';

const version = 4;
/** A Debian kernel's is 10 MB. A hostile one may have a member of a structure in 12 bytes. */
const maxSizeInBytes = 64 * 1024 * 1024;
const maxNameLength = 512;
/** A signed number of DWARF has no more than 64 bits. */
const maxSigned = 2n ** 63n - 1n;
const typesPerStep = 16_384;

/** A function or variable that has a type. */
export interface TypedPlace {
  readonly name: string;
  readonly address: bigint;
  readonly sizeInBytes: bigint;
}

/** The code that a unit is for. */
export interface UnitRange {
  readonly name: string;
  readonly start: bigint;
  readonly end: bigint;
}

/** Texts, each once. */
export class NameSection {
  readonly #out: ByteWriter;
  readonly #offsets: Map<string, number> = new Map();

  constructor(byteOrder: ByteOrder) {
    this.#out = new ByteWriter(byteOrder, 8);
    this.offsetOf('');
  }

  offsetOf(name: string): number {
    let offset = this.#offsets.get(name);
    if (offset === undefined) {
      offset = this.#out.length;
      this.#offsets.set(name, offset);
      this.#out.text(printable(name.slice(0, maxNameLength)));
    }
    return offset;
  }

  written(): Uint8Array {
    return this.#out.written();
  }
}

/**
 * One unit of `.debug_info` with all types of a kernel, its functions and some variables. A
 * reference to what is not known leads to `void`. Types are written one by one, and references
 * filled in at the end.
 */
export class DebugInfoUnit {
  readonly #out: ByteWriter;
  readonly #names: NameSection;
  /** Where each type was written, by its id; 0 for none. */
  readonly #places: Uint32Array;
  /** Where references were written, each with the id that it is to. */
  readonly #references: number[] = [];
  readonly #entries: TypeEntries;
  #void: number = 0;

  constructor(
    entries: TypeEntries,
    names: NameSection,
    byteOrder: ByteOrder,
    wordSizeInBytes: number,
  ) {
    this.#entries = entries;
    this.#names = names;
    this.#out = new ByteWriter(byteOrder, wordSizeInBytes);
    this.#places = new Uint32Array(entries.count);
  }

  /** Whether all that was asked for was written. */
  get isWhole(): boolean {
    return this.#out.length < maxSizeInBytes;
  }

  begin({ name, start, end }: UnitRange): void {
    const out = this.#out;
    out.uint32(0);
    out.uint16(version);
    out.uint32(0);
    out.uint8(out.wordSizeInBytes);
    out.uint8(codes.unit);
    this.#name('vmcorekit');
    this.#name(name);
    out.uint8(languageC);
    out.word(start);
    out.uint64(end - start);
    this.#void = out.length;
    out.uint8(codes.void);
    this.#name('void');
  }

  /**
   * Every type, and each function and variable whose place is known. Yields now and then, so that
   * its caller can do other work.
   */
  *types(
    functionAt: (name: string) => TypedPlace | undefined,
    variableAt: (name: string) => TypedPlace | undefined,
  ): Generator<void, void, void> {
    for (let id = 1; id < this.#entries.count && this.isWhole; id++) {
      if (id % typesPerStep === 0) {
        yield;
      }
      const entry = this.#entries.entry(id);
      if (entry?.kind === 'function') {
        this.#function(entry.of, functionAt(entry.name));
      } else if (entry?.kind === 'variable') {
        const place = variableAt(entry.name);
        if (place !== undefined) {
          this.#variable(place, () => this.#reference(entry.of));
        }
      } else if (entry !== undefined) {
        this.#places[id] = this.#out.length;
        this.#type(entry);
      }
    }
  }

  /** A variable, by the type that its own is derived from. */
  variable(place: TypedPlace, of: number, derivations: readonly Derivation[]): void {
    let target = 0;
    for (const derivation of derivations) {
      const at = this.#out.length;
      const refer = () => this.#referTo(target, of);
      if (derivation.kind === 'pointer') {
        this.#out.uint8(codes.pointer);
        this.#out.unsigned(this.#out.wordSizeInBytes);
        refer();
      } else {
        this.#out.uint8(codes.array);
        refer();
        this.#range(derivation.count);
      }
      target = at;
    }
    this.#variable(place, () => this.#referTo(target, of));
  }

  /** Ends the unit, and fills in all references. */
  end(): Uint8Array {
    const out = this.#out;
    out.uint8(0);
    for (let index = 0; index < this.#references.length; index += 2) {
      const [at = 0, id = 0] = this.#references.slice(index, index + 2);
      out.patch32(at, this.#places[id] || this.#void);
    }
    out.patch32(0, out.length - 4);
    return out.written();
  }

  #type(entry: TypeEntry): void {
    const out = this.#out;
    switch (entry.kind) {
      case 'integer':
      case 'float':
        out.uint8(codes.base);
        this.#name(entry.name);
        out.unsigned(entry.sizeInBytes);
        out.uint8(encodingOf(entry));
        break;
      case 'pointer':
        out.uint8(codes.pointer);
        out.unsigned(out.wordSizeInBytes);
        this.#reference(entry.of);
        break;
      case 'const':
      case 'volatile':
      case 'restrict':
        out.uint8(codes[entry.kind]);
        this.#reference(entry.of);
        break;
      case 'typedef':
        out.uint8(codes.typedef);
        this.#name(entry.name);
        this.#reference(entry.of);
        break;
      case 'array':
        out.uint8(codes.array);
        this.#reference(entry.of);
        this.#range(entry.count);
        break;
      case 'struct':
      case 'union':
        this.#structure(entry);
        break;
      case 'forward':
        out.uint8(entry.isUnion ? codes.declaredUnion : codes.declaredStruct);
        this.#name(entry.name);
        break;
      case 'enumeration':
        this.#enumeration(entry);
        break;
      case 'prototype':
        this.#prototype(entry);
        break;
      default:
        break;
    }
  }

  #structure(entry: EntryOf<'struct' | 'union'>): void {
    const out = this.#out;
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
      this.#name(name);
    }
    out.unsigned(sizeInBytes);
    for (const member of members) {
      const isBitField = member.sizeInBits > 0;
      if (member.name === '') {
        out.uint8(isBitField ? codes.namelessBitField : codes.namelessMember);
      } else {
        out.uint8(isBitField ? codes.bitField : codes.member);
        this.#name(member.name);
      }
      this.#reference(member.of);
      if (isBitField) {
        out.unsigned(member.sizeInBits);
        out.unsigned(member.offsetInBits);
      } else {
        out.unsigned(Math.floor(member.offsetInBits / 8));
      }
    }
    out.uint8(0);
  }

  #enumeration({ name, sizeInBytes, values }: EntryOf<'enumeration'>): void {
    const out = this.#out;
    if (name === '') {
      out.uint8(codes.namelessEnumeration);
    } else {
      out.uint8(codes.enumeration);
      this.#name(name);
    }
    out.unsigned(sizeInBytes);
    for (const [each, value] of values) {
      const isLarge = value > maxSigned;
      out.uint8(isLarge ? codes.largeEnumerator : codes.enumerator);
      this.#name(each);
      if (isLarge) {
        out.uint64(value);
      } else {
        out.signed(value);
      }
    }
    out.uint8(0);
  }

  #prototype({ of, parameters, isVariadic }: EntryOf<'prototype'>): void {
    const out = this.#out;
    out.uint8(codes.prototype);
    this.#reference(of);
    for (const parameter of parameters) {
      out.uint8(codes.parameterType);
      this.#reference(parameter.of);
    }
    this.#endParameters(isVariadic);
  }

  #function(of: number, place: TypedPlace | undefined): void {
    const prototype = this.#entries.entry(of);
    if (place === undefined || prototype?.kind !== 'prototype') {
      return;
    }
    const out = this.#out;
    out.uint8(codes.function);
    this.#name(place.name);
    this.#reference(prototype.of);
    out.word(place.address);
    out.uint32(Number(place.sizeInBytes));
    for (const parameter of prototype.parameters) {
      out.uint8(codes.parameter);
      this.#name(parameter.name);
      this.#reference(parameter.of);
    }
    this.#endParameters(prototype.isVariadic);
  }

  #endParameters(isVariadic: boolean): void {
    if (isVariadic) {
      this.#out.uint8(codes.variadic);
    }
    this.#out.uint8(0);
  }

  #variable({ name, address }: TypedPlace, refer: () => void): void {
    const out = this.#out;
    out.uint8(codes.variable);
    this.#name(name);
    refer();
    out.unsigned(1 + out.wordSizeInBytes);
    out.uint8(addressOperation);
    out.word(address);
  }

  /** The number of elements; 0 stands for an array that is open. */
  #range(count: number): void {
    if (count === 0) {
      this.#out.uint8(codes.openRange);
    } else {
      this.#out.uint8(codes.range);
      this.#out.unsigned(count);
    }
    this.#out.uint8(0);
  }

  #name(name: string): void {
    this.#out.uint32(this.#names.offsetOf(name));
  }

  /** A reference to a type by its id. */
  #reference(id: number): void {
    this.#references.push(this.#out.length, id);
    this.#out.uint32(0);
  }

  /** A reference to what was written at a place, or to a type by its id. */
  #referTo(place: number, id: number): void {
    if (place === 0) {
      this.#reference(id);
    } else {
      this.#out.uint32(place);
    }
  }
}

type EntryOf<Kind extends TypeEntry['kind']> = Extract<TypeEntry, { readonly kind: Kind }>;

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
