import type { ByteOrder } from '@vmcorekit/core';
import { StructWriter } from '../elf/struct-writer.ts';

/** The kinds by number. Source: Linux, include/uapi/linux/btf.h. */
const kinds = {
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

/** A member of a structure or union. */
export interface BtfMemberSpec {
  /** Left out for a nameless structure. */
  readonly name?: string;
  readonly type: number;
  readonly offsetInBits: number;
  /** The size of a bit-field; only where the structure `isFlagged`. */
  readonly sizeInBits?: number;
}

/** One record. The first has type id 1, the next 2, and so on; 0 is `void`. */
export type BtfTypeSpec =
  | {
      readonly kind: 'INT';
      readonly name?: string;
      readonly size: number;
      readonly isSigned?: boolean;
      /** All of `size`. */
      readonly bits?: number;
      readonly bitOffset?: number;
    }
  | {
      readonly kind: 'FLOAT' | 'FWD';
      readonly name?: string;
      readonly size?: number;
      /** Of FWD: it stands for a union. */
      readonly isFlagged?: boolean;
    }
  | {
      readonly kind:
        | 'PTR'
        | 'TYPEDEF'
        | 'VOLATILE'
        | 'CONST'
        | 'RESTRICT'
        | 'FUNC'
        | 'VAR'
        | 'DECL_TAG'
        | 'TYPE_TAG';
      readonly name?: string;
      readonly type: number;
    }
  | {
      readonly kind: 'ARRAY';
      readonly type: number;
      readonly index?: number;
      readonly nelems: number;
    }
  | {
      readonly kind: 'STRUCT' | 'UNION';
      readonly name?: string;
      readonly size: number;
      /** With this flag, 8 bits of a member's offset hold its bit-field size. */
      readonly isFlagged?: boolean;
      readonly members: readonly BtfMemberSpec[];
    }
  | {
      readonly kind: 'ENUM' | 'ENUM64';
      readonly name?: string;
      readonly size?: number;
      /** The values are signed. */
      readonly isFlagged?: boolean;
      readonly values: Readonly<Record<string, bigint>>;
    }
  | {
      readonly kind: 'FUNC_PROTO' | 'DATASEC';
      readonly name?: string;
      readonly type?: number;
      /** So many elements of zeros. */
      readonly elements: number;
    }
  | {
      readonly kind: 'FUNC_PROTO';
      /** What it returns; 0 is `void`. */
      readonly type?: number;
      /** A last one of type 0 without a name stands for `...`. */
      readonly parameters: readonly { readonly name?: string; readonly type: number }[];
    }
  | {
      readonly kind: 'DATASEC';
      readonly name: string;
      readonly variables: readonly {
        readonly type: number;
        readonly offset: number;
        readonly size: number;
      }[];
    }
  /** A kind of the future: the bytes after its head. */
  | { readonly kind: number; readonly vlen?: number; readonly body: Uint8Array };

/** A BTF, by its records. */
export interface BtfSpec {
  readonly types: readonly BtfTypeSpec[];
  /** `little`. */
  readonly byteOrder?: ByteOrder;
  /** 24; longer ones hold a layout of the kinds from 32 bytes on. */
  readonly headerSizeInBytes?: number;
  /** The BTF that this one, a module's, goes on. */
  readonly base?: { readonly names: number };
  /** By kind: the number of bytes after the head, and the additional number for each element. */
  readonly layout?: Readonly<Record<number, readonly [info: number, element: number]>>;
}

/** A BTF, as pahole puts it into a vmlinux. */
export function buildBtf({
  types,
  byteOrder = 'little',
  headerSizeInBytes = 24,
  layout = {},
  base,
}: BtfSpec): Uint8Array {
  const names = new NameTable(base?.names ?? null);
  const records = new StructWriter(64, byteOrder);
  let at = 0;
  const words = (...values: readonly (number | bigint)[]) => {
    for (const value of values) {
      at = records.field(at, 'word', value);
    }
  };
  for (const type of types) {
    if (typeof type.kind === 'number') {
      words(0, (type.kind << 24) | (type.vlen ?? 0), 0);
      at = records.data(at, type.body);
      continue;
    }
    const isFlagged = 'isFlagged' in type && type.isFlagged;
    const vlen =
      'members' in type
        ? type.members.length
        : 'values' in type
          ? Object.keys(type.values).length
          : 'elements' in type
            ? type.elements
            : 'parameters' in type
              ? type.parameters.length
              : 'variables' in type
                ? type.variables.length
                : 0;
    const size =
      'size' in type ? (type.size ?? 4) : 'values' in type ? (type.kind === 'ENUM' ? 4 : 8) : 0;
    const target = type.kind === 'ARRAY' ? 0 : 'type' in type ? (type.type ?? 0) : size;
    words(
      names.add('name' in type ? type.name : ''),
      (BigInt(isFlagged) << 31n) | BigInt((kinds[type.kind] << 24) | vlen),
      target,
    );
    switch (type.kind) {
      case 'INT':
        words(
          (Number(type.isSigned ?? false) << 24) |
            ((type.bitOffset ?? 0) << 16) |
            (type.bits ?? type.size * 8),
        );
        break;
      case 'ARRAY':
        words(type.type, type.index ?? 0, type.nelems);
        break;
      case 'STRUCT':
      case 'UNION':
        for (const { name, type: id, offsetInBits, sizeInBits = 0 } of type.members) {
          words(
            names.add(name),
            id,
            isFlagged ? BigInt(offsetInBits) | (BigInt(sizeInBits) << 24n) : offsetInBits,
          );
        }
        break;
      case 'ENUM':
      case 'ENUM64':
        for (const [name, value] of Object.entries(type.values)) {
          words(names.add(name), value, ...(type.kind === 'ENUM64' ? [value >> 32n] : []));
        }
        break;
      case 'VAR':
      case 'DECL_TAG':
        words(0);
        break;
      case 'FUNC_PROTO':
      case 'DATASEC':
        if ('parameters' in type) {
          for (const { name, type: id } of type.parameters) {
            words(names.add(name), id);
          }
          break;
        }
        if ('variables' in type) {
          for (const { type: id, offset, size: length } of type.variables) {
            words(id, offset, length);
          }
          break;
        }
        at = records.data(at, new Uint8Array(type.elements * (type.kind === 'DATASEC' ? 12 : 8)));
        break;
      default:
    }
  }
  return withHeader(records.bytes, names.bytes, layoutBytes(layout), byteOrder, headerSizeInBytes);
}

/** A member: where it lies, and what it is; a byte where only the place is given. */
export type StructMemberSpec =
  | number
  | readonly [
      at: number,
      what: 'pointer' | { readonly pointers: number } | { readonly bytes: number },
    ];

/** Structures by name, each with a size and its members, all in bytes; and enumerations. */
export function structsBtf(
  structs: Readonly<
    Record<
      string,
      {
        readonly size: number;
        readonly members: Readonly<Record<string, StructMemberSpec>>;
      }
    >
  >,
  enumerations: Readonly<Record<string, Readonly<Record<string, bigint>>>> = {},
): Uint8Array {
  const types: BtfTypeSpec[] = [
    { kind: 'INT', name: 'unsigned char', size: 1 },
    { kind: 'PTR', type: 0 },
  ];
  const idOf = (spec: BtfTypeSpec): number => types.push(spec);
  const typeOf = (member: StructMemberSpec): number => {
    if (typeof member === 'number') {
      return 1;
    }
    const [, what] = member;
    if (what === 'pointer') {
      return 2;
    }
    return 'pointers' in what
      ? idOf({ kind: 'ARRAY', type: 2, nelems: what.pointers })
      : idOf({ kind: 'INT', name: `u${what.bytes * 8}`, size: what.bytes });
  };
  for (const [name, { size, members }] of Object.entries(structs)) {
    // As a compiler lays them out: ascending.
    const specs = Object.entries(members)
      .map(([member, spec]) => ({
        name: member,
        type: typeOf(spec),
        offsetInBits: 8 * (typeof spec === 'number' ? spec : spec[0]),
      }))
      .toSorted((one, other) => one.offsetInBits - other.offsetInBits);
    types.push({ kind: 'STRUCT', name, size, members: specs });
  }
  for (const [name, values] of Object.entries(enumerations)) {
    types.push({ kind: 'ENUM', name, values });
  }
  return buildBtf({ types });
}

function withHeader(
  types: Uint8Array,
  strings: Uint8Array,
  layout: Uint8Array,
  byteOrder: ByteOrder,
  headerSizeInBytes: number,
): Uint8Array {
  const file = new StructWriter(64, byteOrder);
  const words = [
    headerSizeInBytes,
    0,
    types.length,
    types.length,
    strings.length,
    types.length + strings.length,
    layout.length,
  ];
  file.field(file.field(file.field(0, 'half', 0xeb9f), 'byte', 1), 'byte', 0);
  words.slice(0, headerSizeInBytes < 32 ? 5 : 7).forEach((word, index) => {
    file.field(4 + index * 4, 'word', word);
  });
  file.data(file.data(file.data(headerSizeInBytes, types), strings), layout);
  return file.bytes;
}

function layoutBytes(layout: NonNullable<BtfSpec['layout']>): Uint8Array {
  const bytes = new Uint8Array(4 * (Math.max(-1, ...Object.keys(layout).map(Number)) + 1));
  for (const [kind, [info, element]] of Object.entries(layout)) {
    bytes.set([info, element], 4 * Number(kind));
  }
  return bytes;
}

/** Names one after the other. The first is empty; a module's go on after those of its base. */
class NameTable {
  readonly #offsets: Map<string, number> = new Map([['', 0]]);
  readonly #start: number;
  #text: string;

  constructor(baseLength: number | null) {
    this.#start = baseLength ?? 0;
    this.#text = baseLength === null ? '\0' : '';
  }

  add(name: string = ''): number {
    const known = this.#offsets.get(name);
    const offset = known ?? this.#start + this.#text.length;
    if (known === undefined) {
      this.#offsets.set(name, offset);
      this.#text += `${name}\0`;
    }
    return offset;
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#text, (character) => character.charCodeAt(0));
  }
}
