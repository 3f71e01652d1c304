import type { ByteOrder } from '@vmcorekit/core';
import type { Derivation, TypeEntries } from '@vmcorekit/linux';
import { codes } from './abbreviations.ts';
import { addressOperation, languageC } from './dwarf-constants.ts';
import { EntryWriter } from './entry-writer.ts';
import type { NameSection } from './name-section.ts';
import { writeType } from './type-writer.ts';

const version = 4;
/** A Debian kernel's is 10 MB. A hostile one may have a member of a structure in 12 bytes. */
const maxSizeInBytes = 64 * 1024 * 1024;
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

/**
 * One unit of `.debug_info` with all types of a kernel, its functions and some variables. A
 * reference to what is not known leads to `void`. Types are written one by one, and references
 * filled in at the end.
 */
export class DebugInfoUnit {
  readonly #out: EntryWriter;
  readonly #entries: TypeEntries;
  #void: number = 0;

  constructor(
    entries: TypeEntries,
    names: NameSection,
    byteOrder: ByteOrder,
    wordSizeInBytes: number,
  ) {
    this.#entries = entries;
    this.#out = new EntryWriter(names, entries.count, byteOrder, wordSizeInBytes);
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
    out.name('vmcorekit');
    out.name(name);
    out.uint8(languageC);
    out.word(start);
    out.uint64(end - start);
    this.#void = out.length;
    out.uint8(codes.void);
    out.name('void');
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
          this.#variable(place, () => this.#out.reference(entry.of));
        }
      } else if (entry !== undefined) {
        this.#out.beginType(id);
        writeType(this.#out, entry);
      }
    }
  }

  /** A variable, by the type that its own is derived from. */
  variable(place: TypedPlace, of: number, derivations: readonly Derivation[]): void {
    const out = this.#out;
    let target = 0;
    for (const derivation of derivations) {
      const at = out.length;
      const refer = () => out.referenceTo(target, of);
      if (derivation.kind === 'pointer') {
        out.uint8(codes.pointer);
        out.unsigned(out.wordSizeInBytes);
        refer();
      } else {
        out.uint8(codes.array);
        refer();
        out.endArray(derivation.count);
      }
      target = at;
    }
    this.#variable(place, () => out.referenceTo(target, of));
  }

  /** Ends the unit, and fills in all references. */
  end(): Uint8Array {
    const out = this.#out;
    out.uint8(0);
    out.fillReferences(this.#void);
    out.patch32(0, out.length - 4);
    return out.written();
  }

  #function(of: number, place: TypedPlace | undefined): void {
    const prototype = this.#entries.entry(of);
    if (place === undefined || prototype?.kind !== 'prototype') {
      return;
    }
    const out = this.#out;
    out.uint8(codes.function);
    out.name(place.name);
    out.reference(prototype.of);
    out.word(place.address);
    out.uint32(Number(place.sizeInBytes));
    for (const parameter of prototype.parameters) {
      out.uint8(codes.parameter);
      out.name(parameter.name);
      out.reference(parameter.of);
    }
    out.endParameters(prototype.isVariadic);
  }

  #variable({ name, address }: TypedPlace, refer: () => void): void {
    const out = this.#out;
    out.uint8(codes.variable);
    out.name(name);
    refer();
    out.unsigned(1 + out.wordSizeInBytes);
    out.uint8(addressOperation);
    out.word(address);
  }
}
