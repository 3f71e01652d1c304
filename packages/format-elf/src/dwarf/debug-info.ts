import { type ByteOrder, VmcorekitError } from '@vmcorekit/core';
import { type Abbreviation, readAbbreviations } from './abbreviations.ts';
import { ByteCursor } from './byte-cursor.ts';
import { attribute } from './constants.ts';
import type { DebugSection } from './debug-section.ts';
import { type FormValue, readForm } from './forms.ts';
import type { DebugStrings } from './strings.ts';
import { maxHeaderInBytes, readUnitHeader, type UnitHeader } from './unit-header.ts';

/** Linux has some 3,000 units. */
const maxUnits = 1 << 20;
/** Units kept in memory: lookups stay within few. */
const keptUnits = 16;
/** An entry of Linux has fewer than a million children: an enumeration of some thousand values. */
const maxChildren = 1 << 20;
/** Each unit has its own table, or the same as the unit before it. */
const maxRereads = 4;
const freeShapeBytes = 1 << 20;

/** A unit in memory. */
export interface Unit {
  readonly header: UnitHeader;
  /** The whole unit, with its header. */
  readonly bytes: Uint8Array;
  readonly abbreviations: ReadonlyMap<number, Abbreviation>;
  /** DW_AT_str_offsets_base of its first entry. */
  readonly stringOffsetsBase: number;
}

/** An entry of .debug_info. */
export interface Entry {
  /** In .debug_info. */
  readonly offset: number;
  readonly unit: Unit;
  readonly tag: number;
  readonly hasChildren: boolean;
  /** The offset of what follows it: its first child, or its neighbour. */
  readonly after: number;
  readonly attributes: ReadonlyMap<number, FormValue>;
}

/** The entries of a file's debug information, read unit by unit. */
export class DebugInfo {
  readonly strings: DebugStrings;
  readonly byteOrder: ByteOrder;
  readonly #info: DebugSection;
  readonly #abbreviations: Uint8Array;
  readonly #headers: UnitHeader[] = [];
  readonly #units: Map<number, Unit> = new Map();
  #lastShapes: { readonly key: string; readonly table: ReadonlyMap<number, Abbreviation> } | null =
    null;
  #shapeBytesRead: number = 0;

  /** Reads the headers of all units. Throws `truncated` or `malformed`. */
  constructor(
    info: DebugSection,
    abbreviations: DebugSection,
    strings: DebugStrings,
    byteOrder: ByteOrder,
  ) {
    this.strings = strings;
    this.byteOrder = byteOrder;
    this.#info = info;
    this.#abbreviations = abbreviations.read(0, abbreviations.sizeInBytes);
    for (let at = 0; at < info.sizeInBytes; ) {
      const length = Math.min(maxHeaderInBytes, info.sizeInBytes - at);
      const cursor = new ByteCursor(info.read(at, length), byteOrder, 'unit header', at);
      const header = readUnitHeader(cursor, at);
      cursor.check();
      if (this.#headers.length === maxUnits || header.end > info.sizeInBytes) {
        throw cursor.malformed('unit_length', 'the length of a unit in the section', header.end);
      }
      this.#headers.push(header);
      at = header.end;
    }
  }

  /**
   * Throws `malformed` where the units read so far had to read .debug_abbrev many times over: that
   * could go on for hours.
   */
  checkWork(): void {
    if (this.#shapeBytesRead > maxRereads * this.#abbreviations.length + freeShapeBytes) {
      throw new VmcorekitError('malformed', {
        structure: 'section .debug_abbrev',
        fileOffset: 0,
        field: 'bytes read',
        wanted: `at most ${maxRereads} times its size`,
        got: this.#shapeBytesRead,
      });
    }
  }

  get headers(): readonly UnitHeader[] {
    return this.#headers;
  }

  /** Reads a unit, and keeps it no longer than a few others are asked for. */
  unit(header: UnitHeader): Unit {
    const kept = this.#units.get(header.start);
    if (kept !== undefined) {
      this.#units.delete(header.start);
      this.#units.set(header.start, kept);
      return kept;
    }
    const bytes = this.#info.read(header.start, header.end - header.start);
    const bare = { header, bytes, abbreviations: this.#shapesOf(header), stringOffsetsBase: 8 };
    const first = this.#entryIn(bare, header.start + header.headerSizeInBytes);
    const base = numberOf(first?.attributes.get(attribute.str_offsets_base));
    const unit: Unit = base === undefined ? bare : { ...bare, stringOffsetsBase: base };
    this.#units.set(header.start, unit);
    for (const [oldest] of this.#units) {
      if (this.#units.size <= keptUnits) {
        break;
      }
      this.#units.delete(oldest);
    }
    return unit;
  }

  /** The entry at an offset of .debug_info; undefined where no unit has one there. */
  entry(offset: number): Entry | undefined {
    const header = this.#headers[this.#indexOf(offset)];
    return header === undefined ||
      !header.isRead ||
      !(offset >= header.start + header.headerSizeInBytes && offset < header.end)
      ? undefined
      : this.#entryIn(this.unit(header), offset);
  }

  /** The children of an entry, without theirs. */
  *children(parent: Entry): Generator<Entry, void, void> {
    if (!parent.hasChildren) {
      return;
    }
    let depth = 0;
    let at = parent.after;
    for (let count = 0; count < maxChildren; count++) {
      const child = this.#entryIn(parent.unit, at);
      if (child === undefined) {
        depth--;
        if (depth < 0) {
          return;
        }
        at++;
        continue;
      }
      if (depth === 0) {
        yield child;
      }
      const sibling = referenceOf(child.attributes.get(attribute.sibling));
      const canSkip = depth === 0 && sibling !== undefined && sibling > child.offset;
      at = canSkip ? sibling : child.after;
      depth += child.hasChildren && !canSkip ? 1 : 0;
    }
  }

  nameOf({ attributes, unit }: Entry): string | undefined {
    const { header, stringOffsetsBase } = unit;
    return this.strings.textOf(attributes.get(attribute.name), header, stringOffsetsBase);
  }

  /**
   * Units of one compiler's run may share a table, which is then read once.
   */
  #shapesOf(header: UnitHeader): ReadonlyMap<number, Abbreviation> {
    const { abbreviationsAt, is64, version, addressSizeInBytes } = header;
    const key = [abbreviationsAt, is64, version, addressSizeInBytes].join();
    if (this.#lastShapes?.key === key) {
      return this.#lastShapes.table;
    }
    const cursor = new ByteCursor(
      this.#abbreviations.subarray(abbreviationsAt),
      this.byteOrder,
      'section .debug_abbrev',
      abbreviationsAt,
    );
    const table = readAbbreviations(cursor, header);
    this.#lastShapes = { key, table };
    this.#shapeBytesRead += cursor.at;
    return table;
  }

  /** Undefined for the entry of code 0, which ends a list of children, and beyond the unit. */
  #entryIn(unit: Unit, offset: number): Entry | undefined {
    const { header, bytes, abbreviations } = unit;
    const cursor = new ByteCursor(bytes, this.byteOrder, 'debug information', header.start);
    cursor.at = offset - header.start;
    const code = cursor.at >= bytes.length ? 0 : cursor.uleb();
    const shape = abbreviations.get(code);
    if (code === 0) {
      return undefined;
    }
    if (shape === undefined) {
      throw cursor.malformed('abbreviation code', 'one of the unit', code);
    }
    const attributes = new Map<number, FormValue>();
    for (const [index, name] of shape.names.entries()) {
      attributes.set(
        name,
        readForm(cursor, shape.forms[index] ?? 0, header, shape.constants[index] ?? 0n),
      );
    }
    cursor.check();
    return {
      offset,
      unit,
      tag: shape.tag,
      hasChildren: shape.hasChildren,
      after: header.start + cursor.at,
      attributes,
    };
  }

  /** The index of the last unit that does not begin after an offset; -1 where there is none. */
  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#headers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#headers[middle]?.start ?? 0) <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }
}

/** Undefined for a value that is no number, or one that a double does not hold. */
export function numberOf(value: FormValue | undefined): number | undefined {
  const number = value?.kind === 'number' ? Number(value.number) : undefined;
  return number !== undefined && Number.isSafeInteger(number) ? number : undefined;
}

export function referenceOf(value: FormValue | undefined): number | undefined {
  return value?.kind === 'reference' ? value.offset : undefined;
}
