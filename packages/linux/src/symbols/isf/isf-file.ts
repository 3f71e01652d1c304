import { type ByteSource, readExactly, VmcorekitError } from '@vmcorekit/core';
import { type JsonObject, JsonReader, type JsonValue } from './json-reader.ts';

/** dwarf2json makes some 50 MB of a distribution's kernel; a far larger file is not one. */
const sizeLimitInBytes = 256 * 1024 * 1024;
export const structure = 'ISF';
const sections = ['base_types', 'user_types', 'enums', 'symbols'] as const;
export type IsfSection = (typeof sections)[number];
const required = ['base_types', 'user_types'] as const;

/** An ISF file: where each entry begins, in one pass; an entry is read when asked for. */
export class IsfFile {
  readonly name: string;
  readonly wordSizeInBits: 32 | 64;
  readonly isLittleEndian: boolean;
  readonly #reader: JsonReader;
  readonly #places: ReadonlyMap<IsfSection, ReadonlyMap<string, number>>;

  /** Reads the whole file. Throws `truncated` or `malformed`. */
  constructor(source: ByteSource) {
    this.name = source.name;
    if (source.sizeInBytes > sizeLimitInBytes) {
      throw malformed(0, 'size', `at most ${sizeLimitInBytes} bytes`, source.sizeInBytes);
    }
    const bytes = readExactly(source, 0, source.sizeInBytes, structure);
    this.#reader = new JsonReader(bytes, structure);
    this.#places = this.#index();
    const missing = required.find((section) => !this.#places.has(section));
    if (missing !== undefined) {
      throw malformed(0, missing, 'an object', 'nothing');
    }
    const pointer = this.entry('base_types', 'pointer');
    const size = pointer?.get('size');
    if (size !== 4 && size !== 8) {
      throw malformed(
        0,
        'base_types.pointer.size',
        '4 or 8',
        typeof size === 'number' ? size : typeof size,
      );
    }
    this.wordSizeInBits = size === 4 ? 32 : 64;
    this.isLittleEndian = pointer?.get('endian') !== 'big';
  }

  /** An entry that is an object; undefined where there is none. Throws `malformed`. */
  entry(section: IsfSection, name: string): JsonObject | undefined {
    const place = this.#places.get(section)?.get(name);
    return place === undefined ? undefined : objectOf(this.#reader.value(place));
  }

  names(section: IsfSection): Iterable<string> {
    return this.#places.get(section)?.keys() ?? [];
  }

  #index(): ReadonlyMap<IsfSection, ReadonlyMap<string, number>> {
    const places = new Map<IsfSection, ReadonlyMap<string, number>>();
    for (const [key, place] of this.#reader.entries(0)) {
      const section = sections.find((name) => name === key);
      if (section !== undefined) {
        places.set(section, new Map(this.#reader.entries(place)));
      }
    }
    return places;
  }
}

export function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return value instanceof Map ? value : undefined;
}

export function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A count, an offset or a size below 2^48. */
export function wholeNumber(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 48
    ? value
    : undefined;
}

function malformed(
  fileOffset: number,
  field: string,
  wanted: string,
  got: string | number,
): VmcorekitError {
  return new VmcorekitError('malformed', { structure, fileOffset, field, wanted, got });
}
