import type { ByteCursor } from './byte-cursor.ts';
import { unitType } from './constants.ts';

/** The longest header: 64-bit DWARF 5. */
export const maxHeaderInBytes: number = 40;

/** What the header of a unit says. Source: DWARF 5, section 7.5.1. */
export interface UnitHeader {
  /** In .debug_info. */
  readonly start: number;
  /** Where the next unit begins. */
  readonly end: number;
  readonly version: number;
  readonly is64: boolean;
  readonly addressSizeInBytes: number;
  readonly abbreviationsAt: number;
  /** From the start of the unit to its first entry. */
  readonly headerSizeInBytes: number;
  /** False for a unit that holds no types of C: a type unit, a skeleton, a future version. */
  readonly isRead: boolean;
}

/** Reads the header of the unit at an offset. `cursor` stands there. */
export function readUnitHeader(cursor: ByteCursor, start: number): UnitHeader {
  const short = cursor.uint32();
  const is64 = short === 0xffff_ffff;
  const length = is64 ? cursor.uint64() : short;
  const end = start + cursor.at + length;
  const version = cursor.uint16();
  const type = version >= 5 ? cursor.uint8() : unitType.compile;
  const early = version >= 5 ? cursor.uint8() : 0;
  const abbreviationsAt = cursor.offset(is64);
  const addressSizeInBytes = version >= 5 ? early : cursor.uint8();
  return {
    start,
    end,
    version,
    is64,
    addressSizeInBytes,
    abbreviationsAt,
    headerSizeInBytes: cursor.at,
    isRead:
      version >= 2 && version <= 5 && (type === unitType.compile || type === unitType.partial),
  };
}
