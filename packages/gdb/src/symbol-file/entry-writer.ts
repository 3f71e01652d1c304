import type { ByteOrder } from '@vmcorekit/core';
import { codes } from './abbreviations.ts';
import { ByteWriter } from './byte-writer.ts';
import type { NameSection } from './name-section.ts';

/**
 * The fields of entries of `.debug_info`, one after the other. Types are known by an id. A
 * reference may come before the type that it is to, so all are filled in at the end.
 */
export class EntryWriter extends ByteWriter {
  readonly #names: NameSection;
  /** Where each type was written, by its id; 0 for none. */
  readonly #places: Uint32Array;
  /** Where references were written, each with the id that it is to. */
  readonly #references: number[] = [];

  constructor(
    names: NameSection,
    typeCount: number,
    byteOrder: ByteOrder,
    wordSizeInBytes: number,
  ) {
    super(byteOrder, wordSizeInBytes);
    this.#names = names;
    this.#places = new Uint32Array(typeCount);
  }

  /** The next entry is the type of an id. */
  beginType(id: number): void {
    this.#places[id] = this.length;
  }

  name(name: string): void {
    this.uint32(this.#names.offsetOf(name));
  }

  /** A reference to a type by its id. */
  reference(id: number): void {
    this.#references.push(this.length, id);
    this.uint32(0);
  }

  /** A reference to what was written at a place, or to a type by its id. */
  referenceTo(place: number, id: number): void {
    if (place === 0) {
      this.reference(id);
    } else {
      this.uint32(place);
    }
  }

  /** The number of elements of an array; 0 stands for one that is open. Ends the array's entry. */
  endArray(count: number): void {
    if (count === 0) {
      this.uint8(codes.openRange);
    } else {
      this.uint8(codes.range);
      this.unsigned(count);
    }
    this.uint8(0);
  }

  /** Ends the entry of a function or of its type. */
  endParameters(isVariadic: boolean): void {
    if (isVariadic) {
      this.uint8(codes.variadic);
    }
    this.uint8(0);
  }

  /** Fills in all references. One to a type that was not written leads to what lies at a place. */
  fillReferences(unknown: number): void {
    for (let index = 0; index < this.#references.length; index += 2) {
      const id = this.#references[index + 1] ?? 0;
      this.patch32(this.#references[index] ?? 0, this.#places[id] || unknown);
    }
  }
}
