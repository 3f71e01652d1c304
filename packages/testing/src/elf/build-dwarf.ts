import type { ByteOrder } from '@vmcorekit/core';
import type { ElfSectionSpec } from './elf-spec.ts';

/** An attribute's value: a name or text, a number, a flag, a reference to an entry's `id`. */
export type DwarfValue = string | number | bigint | boolean | { readonly ref: string };

/** An entry in named fields; `DW_TAG_` and `DW_AT_` are left out of names. */
export interface DwarfEntrySpec {
  readonly tag: keyof typeof tags;
  readonly id?: string;
  readonly attributes?: Readonly<Partial<Record<keyof typeof attributes, DwarfValue>>>;
  readonly children?: readonly DwarfEntrySpec[];
}

export interface DwarfSpec {
  /** The entries of each unit. */
  readonly units: readonly (readonly DwarfEntrySpec[])[];
  /** 5. */
  readonly version?: 2 | 3 | 4 | 5;
  /** `little`. */
  readonly byteOrder?: ByteOrder;
  /** 64-bit DWARF; false. */
  readonly is64?: boolean;
  /** How texts are stored: `strp`. `strx` needs version 5. */
  readonly texts?: 'strp' | 'string' | 'strx';
  /** Whether entries with children say where their neighbour is: true. */
  readonly hasSiblings?: boolean;
  /** DW_LANG_C11. */
  readonly language?: number;
}

/** Source: DWARF 5, section 7.5. */
const tags = {
  array_type: 0x01,
  enumeration_type: 0x04,
  member: 0x0d,
  pointer_type: 0x0f,
  compile_unit: 0x11,
  structure_type: 0x13,
  subroutine_type: 0x15,
  typedef: 0x16,
  union_type: 0x17,
  subrange_type: 0x21,
  base_type: 0x24,
  const_type: 0x26,
  enumerator: 0x28,
  subprogram: 0x2e,
  variable: 0x34,
  volatile_type: 0x35,
} as const;
const attributes = {
  sibling: 0x01,
  name: 0x03,
  byte_size: 0x0b,
  bit_offset: 0x0c,
  bit_size: 0x0d,
  language: 0x13,
  const_value: 0x1c,
  upper_bound: 0x2f,
  count: 0x37,
  data_member_location: 0x38,
  decl_line: 0x3b,
  declaration: 0x3c,
  encoding: 0x3e,
  specification: 0x47,
  type: 0x49,
  data_bit_offset: 0x6b,
  str_offsets_base: 0x72,
} as const;
const forms = {
  string: 0x08,
  flag: 0x0c,
  sdata: 0x0d,
  strp: 0x0e,
  udata: 0x0f,
  ref4: 0x13,
  sec_offset: 0x17,
  strx4: 0x28,
} as const;

/** The sections of debug information, in the order info, abbreviations, strings, offsets. */
export function buildDwarf(spec: DwarfSpec): ElfSectionSpec[] {
  const writer = new DwarfWriter(spec);
  const info = spec.units.flatMap((entries) => writer.unit(entries));
  const section = (name: string, data: readonly number[]): ElfSectionSpec => ({
    name,
    sh_type: 1,
    data: Uint8Array.from(data),
  });
  return [
    section('.debug_info', info),
    section('.debug_abbrev', [...writer.abbreviations, 0]),
    section('.debug_str', writer.strings),
    ...(spec.texts === 'strx' ? [section('.debug_str_offsets', writer.offsets())] : []),
  ];
}

class DwarfWriter {
  readonly abbreviations: number[] = [];
  readonly strings: number[] = [0];
  readonly #spec: DwarfSpec;
  readonly #codes: Map<string, number> = new Map();
  readonly #texts: Map<string, number> = new Map();

  constructor(spec: DwarfSpec) {
    this.#spec = spec;
  }

  unit(entries: readonly DwarfEntrySpec[]): number[] {
    const { version = 5, language = 0x1d } = this.#spec;
    const strx = this.#spec.texts === 'strx' ? { str_offsets_base: 8 } : {};
    const root: DwarfEntrySpec = {
      tag: 'compile_unit',
      attributes: { language, ...strx },
      children: entries,
    };
    const head = [
      ...this.#number(version, 2),
      ...(version >= 5 ? [1, 8] : []),
      ...this.#offset(0),
      ...(version >= 5 ? [] : [8]),
    ];
    const lengthInBytes = this.#spec.is64 === true ? 12 : 4;
    const places = new Map<string, number>();
    // References have one size, so the first pass gives every entry its place.
    this.#entry(root, lengthInBytes + head.length, places);
    const body = [...head, ...this.#entry(root, lengthInBytes + head.length, places)];
    return this.#spec.is64 === true
      ? [0xff, 0xff, 0xff, 0xff, ...this.#number(body.length, 8), ...body]
      : [...this.#number(body.length, 4), ...body];
  }

  /** A header of 8 bytes, and the offset of each text. */
  offsets(): number[] {
    const all = [...this.#texts.values()].flatMap((at) => this.#offset(at));
    return [...this.#number(all.length + 4, 4), ...this.#number(5, 2), 0, 0, ...all];
  }

  #entry(entry: DwarfEntrySpec, start: number, places: Map<string, number>): number[] {
    if (entry.id !== undefined) {
      places.set(entry.id, start);
    }
    const { children = [], attributes: given = {} } = entry;
    const hasSibling = children.length > 0 && this.#spec.hasSiblings !== false && start > 40;
    const values = Object.entries(given).map(
      ([name, value]) => [name as keyof typeof attributes, value] as const,
    );
    const shape = values.map(([name, value]) => [attributes[name], this.#formOf(name, value)]);
    const code = this.#code([
      tags[entry.tag],
      children.length > 0 ? 1 : 0,
      ...(hasSibling ? [attributes.sibling, forms.ref4] : []),
      ...shape.flat(),
    ]);
    const head = uleb(BigInt(code));
    const body = values.flatMap(([name, value]) => this.#value(name, value, places));
    const before = start + head.length + (hasSibling ? 4 : 0) + body.length;
    const inner: number[] = [];
    for (const child of children) {
      inner.push(...this.#entry(child, before + inner.length, places));
    }
    const tail = children.length > 0 ? [...inner, 0] : [];
    const sibling = hasSibling ? this.#number(before + tail.length, 4) : [];
    return [...head, ...sibling, ...body, ...tail];
  }

  #code([tag = 0, hasChildren = 0, ...shape]: readonly number[]): number {
    const key = [tag, hasChildren, ...shape].join();
    let code = this.#codes.get(key);
    if (code === undefined) {
      code = this.#codes.size + 1;
      this.#codes.set(key, code);
      this.abbreviations.push(
        ...[code, tag].flatMap((value) => uleb(BigInt(value))),
        hasChildren,
        ...shape.flatMap((value) => uleb(BigInt(value))),
        0,
        0,
      );
    }
    return code;
  }

  #formOf(name: keyof typeof attributes, value: DwarfValue): number {
    if (name === 'str_offsets_base') {
      return forms.sec_offset;
    }
    switch (typeof value) {
      case 'string':
        return { strp: forms.strp, string: forms.string, strx: forms.strx4 }[
          this.#spec.texts ?? 'strp'
        ];
      case 'boolean':
        return forms.flag;
      case 'object':
        return forms.ref4;
      default:
        return value < 0 ? forms.sdata : forms.udata;
    }
  }

  #value(
    name: keyof typeof attributes,
    value: DwarfValue,
    places: ReadonlyMap<string, number>,
  ): number[] {
    if (name === 'str_offsets_base') {
      return this.#offset(Number(value));
    }
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'boolean':
        return [value ? 1 : 0];
      case 'object':
        return this.#number(places.get(value.ref) ?? 0, 4);
      default:
        return value < 0 ? sleb(BigInt(value)) : uleb(BigInt(value));
    }
  }

  #text(text: string): number[] {
    const bytes = [...Buffer.from(`${text}\0`, 'latin1')];
    if (this.#spec.texts === 'string') {
      return bytes;
    }
    if (!this.#texts.has(text)) {
      this.#texts.set(text, this.strings.length);
      this.strings.push(...bytes);
    }
    return this.#spec.texts === 'strx'
      ? this.#number([...this.#texts.keys()].indexOf(text), 4)
      : this.#offset(this.#texts.get(text) ?? 0);
  }

  #offset(value: number): number[] {
    return this.#number(value, this.#spec.is64 === true ? 8 : 4);
  }

  #number(value: number, size: number): number[] {
    const bytes = Array.from({ length: size }, (_, index) =>
      Number((BigInt(value) >> BigInt(8 * index)) & 0xffn),
    );
    return this.#spec.byteOrder === 'big' ? bytes.toReversed() : bytes;
  }
}

function uleb(value: bigint): number[] {
  const rest = value >> 7n;
  const low = Number(value & 0x7fn);
  return rest === 0n ? [low] : [low | 0x80, ...uleb(rest)];
}

function sleb(value: bigint): number[] {
  const rest = value >> 7n;
  const low = Number(value & 0x7fn);
  const isLast = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40);
  return isLast ? [low] : [low | 0x80, ...sleb(rest)];
}
