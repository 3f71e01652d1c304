import {
  type ByteOrder,
  fnv1aStart,
  fnv1aWith,
  latin1UntilNul,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import type { BtfBytes } from './btf-bytes.ts';
import { type RecordSize, readBtfHeader } from './btf-header.ts';
import { btfKind, recordSizes } from './btf-kinds.ts';

/** The start of every record: `name_off`, `info`, `size` or `type`. */
export const recordHeadInBytes = 12;
/** Stands for the place of a record that a lost page hides. */
export const unknownPlace = 0xffffffff;
/** KSYM_NAME_LEN is 512; a hostile name could be as long as the section. */
const nameLimitInBytes = 1024;
const nameStepInBytes = 64;

/** The kind, the flag and the number of elements in a record's `info`. */
export interface RecordInfo {
  readonly kind: number;
  readonly vlen: number;
  readonly isFlagged: boolean;
}

/**
 * Up to Linux 6.12 `vlen` has 16 bits and the kind 5; in 7.x they have 24 and 7. Older files have
 * zeros in the new bits, so one reading serves both.
 */
export function recordInfo(info: number): RecordInfo {
  return { kind: (info >>> 24) & 0x7f, vlen: info & 0xffffff, isFlagged: info >>> 31 === 1 };
}

/** Where the records of one section lie. */
export interface RecordIndex {
  /** By type id, from the first own one on. `unknownPlace` where a lost page hides it. */
  readonly places: Uint32Array;
  /** Whether an enumeration states its signedness. */
  readonly areEnumerationsSigned: boolean;
  /** Why some places are unknown. */
  readonly lost?: Error | undefined;
}

/** Lengths by kind; -1 for a kind that is not known. Lists are read a hundred thousand times. */
const kinds = 0x80;
const fixedLengths = new Int32Array(kinds).fill(-1);
const lengthsOfEach = new Int32Array(kinds);
for (const [kind, { fixed, each }] of recordSizes) {
  fixedLengths[kind] = recordHeadInBytes + fixed;
  lengthsOfEach[kind] = each;
}

/** The records and names of one BTF, by their places. Reading throws as its bytes do. */
export class BtfSection {
  readonly byteOrder: ByteOrder;
  readonly typesLength: number;
  readonly stringsLength: number;
  /** Where the records begin in the bytes. */
  readonly typesStart: number;
  readonly #source: BtfBytes;
  readonly #types: StructView;
  readonly #strings: Uint8Array;
  readonly #stringsStart: number;
  readonly #describedSizes: ReadonlyMap<number, RecordSize>;

  /** Throws `truncated` or `malformed` where the bytes are no BTF. */
  constructor(source: BtfBytes, isSplit: boolean = false) {
    const { byteOrder, types, strings, describedSizes } = readBtfHeader(source, isSplit);
    this.byteOrder = byteOrder;
    this.typesLength = types.length;
    this.stringsLength = strings.length;
    this.typesStart = types.start;
    this.#source = source;
    this.#types = new StructView(
      source.bytes.subarray(types.start, types.start + types.length),
      byteOrder,
      'BTF type',
      types.start,
    );
    this.#strings = source.bytes.subarray(strings.start, strings.start + strings.length);
    this.#stringsStart = strings.start;
    this.#describedSizes = describedSizes;
  }

  /** A word of the records; throws `truncated` beyond them. */
  uint32(at: number): number {
    this.#source.need(this.typesStart + at, 4);
    return this.#types.uint32(at);
  }

  /** Finds every record. Throws as `recordLength` and `checkEnd` do. */
  index(): RecordIndex {
    const { typesLength } = this;
    this.#source.need(this.typesStart, typesLength);
    const { bytes, byteOrder } = this.#types;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isLittle = byteOrder === 'little';
    const places = new Uint32Array(Math.floor(typesLength / recordHeadInBytes));
    let areEnumerationsSigned = false;
    let count = 0;
    for (let at = 0; at < typesLength; count++) {
      const isInside = at + recordHeadInBytes <= typesLength;
      const info = isInside ? view.getUint32(at + 4, isLittle) : this.uint32(at + 4);
      const kind = (info >>> 24) & 0x7f;
      const fixed = fixedLengths[kind] as number;
      const length =
        fixed < 0
          ? this.recordLength(at)
          : fixed + (lengthsOfEach[kind] as number) * (info & 0xffffff);
      if (at + length > typesLength) {
        this.checkEnd(at, length);
      }
      areEnumerationsSigned ||=
        kind === btfKind.ENUM64 || (kind === btfKind.ENUM && info >>> 31 === 1);
      places[count] = at;
      at += length;
    }
    return { places: places.subarray(0, count), areEnumerationsSigned };
  }

  /**
   * The length of the record at a place. Throws `malformed` for the kind 0, and `unsupported` for
   * one that neither this reader nor the file describes.
   */
  recordLength(at: number): number {
    const { kind, vlen } = recordInfo(this.uint32(at + 4));
    const size = recordSizes.get(kind) ?? (kind === 0 ? undefined : this.#describedSizes.get(kind));
    if (size !== undefined) {
      return recordHeadInBytes + size.fixed + size.each * vlen;
    }
    if (kind === 0) {
      throw new VmcorekitError('malformed', {
        structure: 'BTF type',
        fileOffset: this.typesStart + at,
        field: 'kind',
        wanted: 'not 0',
        got: 0,
      });
    }
    throw new VmcorekitError('unsupported', {
      what: `BTF with types of the unknown kind ${kind}`,
      advice: 'it does not say how long they are; a newer vmcorekit may know',
    });
  }

  /** Throws `truncated` where a record ends beyond the last. */
  checkEnd(at: number, length: number): void {
    this.#types.slice(at, length);
  }

  /** The name at an offset; empty where there is none, or none is possible. */
  name(offset: number): string {
    const limit = Math.min(offset + nameLimitInBytes, this.stringsLength);
    let end = offset;
    while (end < limit) {
      const step = Math.min(end + nameStepInBytes, limit);
      this.#source.need(this.#stringsStart + end, step - end);
      const nul = this.#strings.subarray(end, step).indexOf(0);
      if (nul >= 0) {
        break;
      }
      end = step;
    }
    return offset < limit
      ? latin1UntilNul(this.#strings.subarray(offset, end + nameStepInBytes))
      : '';
  }

  /**
   * How the name at an offset stands to a wanted one in bytewise order: below 0 before it, 0 equal,
   * above 0 after it. `wanted` holds its bytes with their NUL.
   */
  compareName(offset: number, wanted: Uint8Array): number {
    this.#source.need(this.#stringsStart + offset, wanted.length);
    const strings = this.#strings;
    for (let index = 0; index < wanted.length; index++) {
      const byte = strings[offset + index];
      const other = wanted[index] as number;
      if (byte !== other) {
        return byte === undefined ? 1 : byte - other;
      }
    }
    return 0;
  }

  /**
   * The hashes of the names of records at some places, as `hashOfBytes` has them; 0 for a name that
   * stands before `firstName`, in another section, and at `unknownPlace`. All must have been read;
   * what is lost counts as zeros.
   */
  hashesOfNames(places: Uint32Array, firstName: number): Uint32Array {
    const { bytes, byteOrder } = this.#types;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isLittle = byteOrder === 'little';
    const strings = this.#strings;
    const hashes = new Uint32Array(places.length);
    for (let index = 0; index < places.length; index++) {
      const at = places[index] as number;
      if (at === unknownPlace) {
        continue;
      }
      const offset = view.getUint32(at, isLittle) - firstName;
      hashes[index] = offset < 0 ? 0 : hashOfBytes(strings, offset);
    }
    return hashes;
  }
}

/** Longer names share their hash with others; a hostile file could have millions of long ones. */
const hashedBytes = 64;

/** The FNV-1a hash of the first bytes of a name, up to its NUL. */
export function hashOfBytes(bytes: Uint8Array, start: number = 0): number {
  let hash = fnv1aStart;
  const end = Math.min(start + hashedBytes, bytes.length);
  for (let index = start; index < end; index++) {
    const byte = bytes[index] as number;
    if (byte === 0) {
      break;
    }
    hash = fnv1aWith(hash, byte);
  }
  return hash >>> 0;
}
