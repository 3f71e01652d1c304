import {
  type DescribedMember,
  DescribedStruct,
  plainType,
  type StructType,
  type TypeTable,
  type ValueType,
  type VariableType,
} from '@vmcorekit/core';
import { type IsfFile, objectOf, textOf, wholeNumber } from './isf-file.ts';
import type { JsonObject, JsonValue } from './json-reader.ts';

/** Pointers and arrays in a type; the reader allows no deeper nesting either. */
const maxDepth = 64;
/** dwarf2json names what has no name by a number or a hash. */
const nameless = /^unnamed_/;
/** The largest enumeration of Linux has some thousand values. */
const maxEnumerators = 65_536;
/** A larger basic type does not exist; a 128-bit integer has 16. */
const maxBasicInBytes = 16;

/**
 * The types of an ISF file. A type is read when asked for. What breaks the schema counts as
 * unknown. The file has one type a name: of several in a kernel, its maker chose. Source:
 * volatility3, volatility3/schemas/schema-6.2.0.json.
 */
export class IsfTypes implements TypeTable {
  readonly from: string;
  readonly remarks: readonly string[] = [];
  readonly #file: IsfFile;
  readonly #structs: Map<string, DescribedStruct | undefined> = new Map();

  constructor(file: IsfFile) {
    this.#file = file;
    this.from = `ISF of ${file.name}`;
  }

  struct(name: string): StructType | undefined {
    return nameless.test(name) ? undefined : this.#struct(name);
  }

  enumeration(name: string): ReadonlyMap<string, bigint> | undefined {
    const constants = objectOf(this.#file.entry('enums', name)?.get('constants'));
    if (constants === undefined || constants.size > maxEnumerators || nameless.test(name)) {
      return undefined;
    }
    const values = [...constants].flatMap(([key, value]): [string, bigint][] =>
      typeof value === 'bigint' || Number.isSafeInteger(value)
        ? [[key, BigInt(value as number | bigint)]]
        : [],
    );
    return values.length === constants.size ? new Map(values) : undefined;
  }

  variableType(name: string): VariableType | undefined {
    const json = this.#file.entry('symbols', name)?.get('type');
    const type = json === undefined ? null : this.#valueType(json, 0);
    return type === null
      ? undefined
      : {
          name,
          from: this.from,
          type: plainType(type, this.#file.wordSizeInBits / 8),
          section: null,
          offsetInSection: null,
        };
  }

  #struct(name: string): DescribedStruct | undefined {
    if (!this.#structs.has(name)) {
      this.#structs.set(name, this.#described(name));
    }
    return this.#structs.get(name);
  }

  #described(name: string): DescribedStruct | undefined {
    const entry = this.#file.entry('user_types', name);
    const fields = objectOf(entry?.get('fields'));
    const sizeInBytes = wholeNumber(entry?.get('size'));
    if (sizeInBytes === undefined || fields === undefined) {
      return undefined;
    }
    const { wordSizeInBits } = this.#file;
    return new DescribedStruct({
      name: nameless.test(name) ? '' : name,
      from: this.from,
      kind: entry?.get('kind') === 'union' ? 'union' : 'struct',
      sizeInBytes,
      wordSizeInBits,
      members: () => [...fields].flatMap(([field, value]) => this.#member(field, objectOf(value))),
    });
  }

  /** Bits of a bit-field are counted from the lowest, as little-endian machines lay them out. */
  #member(name: string, field: JsonObject | undefined): DescribedMember[] {
    const offset = wholeNumber(field?.get('offset'));
    const type = objectOf(field?.get('type'));
    if (offset === undefined || type === undefined) {
      return [];
    }
    const isBitField = type.get('kind') === 'bitfield';
    const position = isBitField ? wholeNumber(type.get('bit_position')) : 0;
    const sizeInBits = isBitField ? wholeNumber(type.get('bit_length')) : 0;
    if (
      position === undefined ||
      sizeInBits === undefined ||
      (isBitField && (sizeInBits === 0 || sizeInBits > 64 || !this.#file.isLittleEndian))
    ) {
      return [];
    }
    return [
      {
        name: field?.get('anonymous') === true ? '' : name,
        offsetInBits: offset * 8 + position,
        sizeInBits,
        type: () => this.#valueType(isBitField ? type.get('type') : type, 0),
      },
    ];
  }

  #valueType(json: JsonValue | undefined, depth: number): ValueType | null {
    const type = objectOf(json);
    const name = textOf(type?.get('name')) ?? '';
    if (type === undefined || depth > maxDepth) {
      return null;
    }
    const of = (): ValueType | null => this.#valueType(type.get('subtype'), depth + 1);
    switch (type.get('kind')) {
      case 'base':
        return this.#basic(name);
      case 'pointer':
        return {
          kind: 'pointer',
          get to() {
            return of();
          },
        };
      case 'array': {
        const count = wholeNumber(type.get('count'));
        return count === undefined
          ? null
          : {
              kind: 'array',
              count,
              get of() {
                return of();
              },
            };
      }
      case 'struct':
      case 'class':
        return this.#structValue('struct', name);
      case 'union':
        return this.#structValue('union', name);
      case 'enum': {
        const sizeInBytes = wholeNumber(this.#file.entry('enums', name)?.get('size'));
        return sizeInBytes === undefined || sizeInBytes > maxBasicInBytes
          ? null
          : { kind: 'enumeration', name: nameless.test(name) ? null : name, sizeInBytes };
      }
      case 'function':
        return { kind: 'function' };
      default:
        return null;
    }
  }

  #structValue(kind: 'struct' | 'union', name: string): ValueType | null {
    const struct = this.#struct(name);
    return struct === undefined ? null : { kind, struct };
  }

  #basic(name: string): ValueType | null {
    const base = this.#file.entry('base_types', name);
    const sizeInBytes = wholeNumber(base?.get('size'));
    if (sizeInBytes === undefined || sizeInBytes === 0 || sizeInBytes > maxBasicInBytes) {
      return null;
    }
    switch (base?.get('kind')) {
      case 'int':
      case 'char':
      case 'bool':
        return { kind: 'integer', sizeInBytes, isSigned: base.get('signed') === true };
      case 'float':
        return { kind: 'float', sizeInBytes };
      default:
        return null;
    }
  }
}
