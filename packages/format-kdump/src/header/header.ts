import type { Damage, HeaderValue } from '@vmcorekit/core';
import type { Flavour } from './detect.ts';
import type { SubHeaderLayout } from './layout.ts';

/** A half-open range of PFNs, in the file's own count. */
export interface PfnRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Both header structures of one file, read and checked. Offsets and lengths are plain numbers below
 * 2^53.
 */
export interface KdumpHeader {
  readonly flavour: Flavour;
  readonly subHeaderLayout: SubHeaderLayout;
  /**
   * Every field of the file's version, by its specification's name. `long`, `ulong` and 64-bit
   * fields are bigint.
   */
  readonly fields: ReadonlyMap<string, HeaderValue>;
  readonly offsets: ReadonlyMap<string, number>;
  readonly blockSizeInBytes: number;
  /** PFNs run up to this, exclusive; from max_mapnr_64 where the file has it. */
  readonly maxMapnr: number;
  readonly bitmapFileOffset: number;
  /** Size of one bitmap. */
  readonly bitmapSizeInBytes: number;
  /** False: the single bitmap says which pages are dumped, and nothing says which exist. */
  readonly hasTwoBitmaps: boolean;
  readonly descriptorsFileOffset: number;
  /** The PFNs that this file has descriptors for; null where the dump is not split. */
  readonly splitRange: PfnRange | null;
  /** The physical address of the file's PFN 0: ARM counts from phys_base. */
  readonly firstPfn: number;
  readonly dumpLevel: number;
  readonly status: number;
  readonly damage: readonly Damage[];
}

/** The field's number as an error shows it: exact also from 2^53 on. */
export function exactField(
  fields: ReadonlyMap<string, HeaderValue>,
  name: string,
): number | bigint {
  const value = fields.get(name) ?? 0;
  return typeof value === 'string' ? Number(value) : value;
}

/** Reads a numeric field, which is rounded from 2^53 on; 0 where the file's version has none. */
export function fieldNumber(fields: ReadonlyMap<string, HeaderValue>, name: string): number {
  return Number(fields.get(name) ?? 0);
}
