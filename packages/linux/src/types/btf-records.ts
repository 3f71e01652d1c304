import { latin1Bytes } from '@vmcorekit/core';
import { btfKind } from './btf-kinds.ts';
import {
  type BtfSection,
  hashOfBytes,
  type RecordIndex,
  recordHeadInBytes,
  recordInfo,
  unknownPlace,
} from './btf-section.ts';
import { NamesByHash } from './names-by-hash.ts';

/** Types of one name that are looked at. A name with more is unknown; Linux has hardly three. */
export const maxOfOneName = 64;

/** One record of a BTF. */
export interface BtfRecord {
  readonly id: number;
  readonly kind: number;
  readonly vlen: number;
  readonly isFlagged: boolean;
  readonly nameOffset: number;
  readonly sizeOrType: number;
  /** The 32-bit word of that index after the record's head. Throws `truncated` beyond the end. */
  word(index: number): number;
}

/** The records of a BTF by type id, and their names by offset. Id 0 is `void` and has no record. */
export interface BtfRecords {
  /** The number of ids, including `void`. */
  readonly count: number;
  /** The first id that is not of its base. */
  readonly firstId: number;
  /** The number of bytes of names. */
  readonly namesLength: number;
  /** Whether enumerations state their signedness, as pahole writes them since Linux 6.0. */
  readonly areEnumerationsSigned: boolean;
  /** Undefined for `void`, and for an unknown id. */
  record(id: number): BtfRecord | undefined;
  /** The ids of all types, functions and variables of a name; none where there are too many. */
  named(name: string): readonly number[];
  /** Empty where there is none, or none is possible. */
  name(offset: number): string;
  /** Whether a name stands at an offset; `wanted` holds its bytes with their NUL. */
  isNamed(offset: number, wanted: Uint8Array): boolean;
}

/** The bytes of a name with a NUL; undefined where no type has such a name. */
export function nameBytes(name: string): Uint8Array | undefined {
  const bytes = latin1Bytes(`${name}\0`);
  return bytes.length < 2 || bytes.indexOf(0) < bytes.length - 1 ? undefined : bytes;
}

/** The record at a place of a section. */
export function recordAt(section: BtfSection, id: number, at: number): BtfRecord {
  const { kind, vlen, isFlagged } = recordInfo(section.uint32(at + 4));
  return {
    id,
    kind,
    vlen,
    isFlagged,
    nameOffset: section.uint32(at),
    sizeOrType: section.uint32(at + 8),
    word: (index) => section.uint32(at + recordHeadInBytes + 4 * index),
  };
}

/** Whether a record is an enumeration as only those pahole versions write that state the sign. */
export function showsSign(section: BtfSection, at: number): boolean {
  const { kind, isFlagged } = recordInfo(section.uint32(at + 4));
  return kind === btfKind.ENUM64 || (kind === btfKind.ENUM && isFlagged);
}

/**
 * The records of a whole BTF. One pass finds the start of each, because their lengths differ; a
 * record is read when asked for. A module's ids and names go on after those of its base.
 */
export class IndexedRecords implements BtfRecords {
  readonly count: number;
  readonly firstId: number;
  readonly namesLength: number;
  readonly areEnumerationsSigned: boolean;
  readonly #section: BtfSection;
  /** By type id, from the first own one on. */
  readonly #places: Uint32Array;
  readonly #base: BtfRecords | undefined;
  /** Why some places are unknown. */
  readonly #lost: Error | undefined;
  readonly #firstName: number;
  /** Made for the first look-up of a name. */
  #names: NamesByHash | undefined;

  /**
   * Throws `truncated`, `malformed`, and `unsupported` for a kind that neither this reader nor the
   * file describes.
   */
  constructor(
    section: BtfSection,
    base?: BtfRecords,
    { places, areEnumerationsSigned, lost }: RecordIndex = section.index(),
  ) {
    this.#section = section;
    this.#base = base;
    this.firstId = base?.count ?? 1;
    this.#firstName = base?.namesLength ?? 0;
    this.#places = places;
    this.#lost = lost;
    this.count = this.firstId + places.length;
    this.namesLength = this.#firstName + section.stringsLength;
    this.areEnumerationsSigned = areEnumerationsSigned || base?.areEnumerationsSigned === true;
  }

  record(id: number): BtfRecord | undefined {
    if (id < this.firstId) {
      return this.#base?.record(id);
    }
    const at = this.#places[id - this.firstId];
    if (at === unknownPlace && this.#lost !== undefined) {
      throw this.#lost;
    }
    return at === undefined ? undefined : recordAt(this.#section, id, at);
  }

  named(name: string): readonly number[] {
    const wanted = nameBytes(name);
    if (wanted === undefined) {
      return [];
    }
    this.#names ??= new NamesByHash(this.#hashAll());
    const ids = [...(this.#base?.named(name) ?? [])];
    for (const at of this.#names.withHash(hashOfBytes(wanted))) {
      if (this.isNamed(this.#section.uint32(this.#places[at] as number), wanted)) {
        ids.push(this.firstId + at);
      }
      if (ids.length > maxOfOneName) {
        return [];
      }
    }
    return ids;
  }

  name(offset: number): string {
    return offset < this.#firstName
      ? (this.#base?.name(offset) ?? '')
      : this.#section.name(offset - this.#firstName);
  }

  isNamed(offset: number, wanted: Uint8Array): boolean {
    return offset < this.#firstName
      ? this.#base?.isNamed(offset, wanted) === true
      : this.#section.compareName(offset - this.#firstName, wanted) === 0;
  }

  /** A record of a module may have a name of its base. */
  #hashAll(): Uint32Array {
    const hashes = this.#section.hashesOfNames(this.#places, this.#firstName);
    for (let index = 0; this.#base !== undefined && index < hashes.length; index++) {
      const offset = this.#section.uint32(this.#places[index] as number);
      if (offset < this.#firstName) {
        hashes[index] = hashOfBytes(nameBytes(this.#base.name(offset)) ?? Uint8Array.of(0));
      }
    }
    return hashes;
  }
}
