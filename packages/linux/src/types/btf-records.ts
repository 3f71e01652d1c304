import { latin1UntilNul, type StructView, VmcorekitError } from '@vmcorekit/core';
import { type BtfSections, type RecordSize, readBtfHeader } from './btf-header.ts';

/** The kinds of types. Source: Linux, include/uapi/linux/btf.h. */
export const btfKind = {
  INT: 1,
  PTR: 2,
  ARRAY: 3,
  STRUCT: 4,
  UNION: 5,
  ENUM: 6,
  FWD: 7,
  TYPEDEF: 8,
  VOLATILE: 9,
  CONST: 10,
  RESTRICT: 11,
  FUNC: 12,
  FUNC_PROTO: 13,
  VAR: 14,
  DATASEC: 15,
  FLOAT: 16,
  DECL_TAG: 17,
  TYPE_TAG: 18,
  ENUM64: 19,
} as const;

/** The start of every record: `name_off`, `info`, `size` or `type`. */
export const recordHeadInBytes = 12;
/** KSYM_NAME_LEN is 512; a hostile name could be as long as the section. */
const nameLimitInBytes = 1024;
const bare: RecordSize = { fixed: 0, each: 0 };
/** Lengths by kind; a kind not listed has nothing after the head. */
const sizes: ReadonlyMap<number, RecordSize> = new Map(
  Object.values(btfKind).map((kind): [number, RecordSize] => {
    switch (kind) {
      case btfKind.INT:
      case btfKind.VAR:
      case btfKind.DECL_TAG:
        return [kind, { fixed: 4, each: 0 }];
      case btfKind.ARRAY:
        return [kind, { fixed: 12, each: 0 }];
      case btfKind.STRUCT:
      case btfKind.UNION:
      case btfKind.DATASEC:
      case btfKind.ENUM64:
        return [kind, { fixed: 0, each: 12 }];
      case btfKind.ENUM:
      case btfKind.FUNC_PROTO:
        return [kind, { fixed: 0, each: 8 }];
      default:
        return [kind, bare];
    }
  }),
);

/** One record: its place, and its head. */
export interface BtfRecord {
  readonly id: number;
  readonly at: number;
  readonly kind: number;
  readonly vlen: number;
  readonly isFlagged: boolean;
  readonly nameOffset: number;
  readonly sizeOrType: number;
}

/**
 * The records of a BTF by type id. One pass finds the start of each, because their lengths differ;
 * a record is read when asked for. Up to Linux 6.12 `vlen` has 16 bits and the kind 5; in 7.x they
 * have 24 and 7. Older files have zeros in the new bits, so one reading serves both.
 */
export class BtfRecords {
  readonly types: StructView;
  readonly #strings: Uint8Array;
  /** By type id; id 0 is `void` and has no record. */
  readonly #places: Uint32Array;
  /** Whether enumerations state their signedness, as pahole writes them since Linux 6.0. */
  readonly areEnumerationsSigned: boolean;

  /**
   * Throws `truncated`, `malformed`, and `unsupported` for a kind that neither this reader nor the
   * file describes.
   */
  constructor(bytes: Uint8Array) {
    const sections = readBtfHeader(bytes);
    this.types = sections.types;
    this.#strings = sections.strings;
    const places = new Uint32Array(Math.floor(sections.types.bytes.length / recordHeadInBytes) + 1);
    let count = 1;
    let areEnumerationsSigned = false;
    for (let at = 0; at < sections.types.bytes.length; count++) {
      const info = this.types.uint32(at + 4);
      const kind = (info >>> 24) & 0x7f;
      areEnumerationsSigned ||=
        kind === btfKind.ENUM64 || (kind === btfKind.ENUM && info >>> 31 === 1);
      places[count] = at;
      at += recordHeadInBytes + bodySize(sections, kind, info & 0xffffff, at);
      if (at > sections.types.bytes.length) {
        this.types.slice(places[count] ?? 0, at - (places[count] ?? 0));
      }
    }
    this.#places = places.subarray(0, count);
    this.areEnumerationsSigned = areEnumerationsSigned;
  }

  /** The number of ids, including `void`. */
  get count(): number {
    return this.#places.length;
  }

  /** Undefined for `void`, and for an unknown id. */
  record(id: number): BtfRecord | undefined {
    const at = this.#places[id];
    if (id === 0 || at === undefined) {
      return undefined;
    }
    const info = this.types.uint32(at + 4);
    return {
      id,
      at,
      kind: (info >>> 24) & 0x7f,
      vlen: info & 0xffffff,
      isFlagged: info >>> 31 === 1,
      nameOffset: this.types.uint32(at),
      sizeOrType: this.types.uint32(at + 8),
    };
  }

  kindOf(id: number): number {
    const at = this.#places[id];
    return id === 0 || at === undefined ? 0 : (this.types.uint32(at + 4) >>> 24) & 0x7f;
  }

  nameOffsetOf(id: number): number {
    const at = this.#places[id];
    return id === 0 || at === undefined ? 0 : this.types.uint32(at);
  }

  /** The name at an offset; empty where there is none, or none is possible. */
  name(offset: number): string {
    return offset < this.#strings.length
      ? latin1UntilNul(this.#strings.subarray(offset, offset + nameLimitInBytes))
      : '';
  }

  /** Whether the names at two offsets are equal. */
  areSameNames(one: number, other: number): boolean {
    const strings = this.#strings;
    for (let index = 0; one !== other && index < nameLimitInBytes; index++) {
      const byte = strings[one + index];
      if (byte !== strings[other + index] || byte === undefined) {
        return false;
      }
      if (byte === 0) {
        return true;
      }
    }
    return one === other;
  }

  /** Whether a name stands at an offset; `wanted` holds its bytes with their NUL. */
  isNamed(offset: number, wanted: Uint8Array): boolean {
    const strings = this.#strings;
    return (
      strings[offset] === wanted[0] &&
      wanted.every((byte, index) => strings[offset + index] === byte)
    );
  }
}

function bodySize({ describedSizes }: BtfSections, kind: number, vlen: number, at: number): number {
  const size = sizes.get(kind) ?? (kind === 0 ? undefined : describedSizes.get(kind));
  if (size !== undefined) {
    return size.fixed + size.each * vlen;
  }
  if (kind === 0) {
    throw new VmcorekitError('malformed', {
      structure: 'BTF type',
      fileOffset: at,
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
