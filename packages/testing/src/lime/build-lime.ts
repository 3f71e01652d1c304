import type { ByteOrder } from '@vmcorekit/core';
import { StructWriter } from '../elf/struct-writer.ts';

/** A range and its header, by the names of `lime_mem_range_header`. */
export interface LimeRangeSpec {
  readonly s_addr: number;
  /** The last address; that of the last byte of `data` where left out. */
  readonly e_addr?: number | bigint;
  /** 0x4c694d45, LiME's magic word, where left out. */
  readonly magic?: number;
  /** 1 where left out. */
  readonly version?: number;
  /** 0 where left out. */
  readonly reserved?: bigint;
  readonly data: Uint8Array;
}

/** Builds a LiME file: each range after its header. */
export function buildLime(
  ranges: readonly LimeRangeSpec[],
  byteOrder: ByteOrder = 'little',
): Uint8Array {
  const writer = new StructWriter(64, byteOrder);
  let at = 0;
  for (const { s_addr, data, ...fields } of ranges) {
    at = writer.field(at, 'word', fields.magic ?? 0x4c694d45);
    at = writer.field(at, 'word', fields.version ?? 1);
    at = writer.field(at, 'address', s_addr);
    at = writer.field(at, 'address', fields.e_addr ?? s_addr + data.length - 1);
    at = writer.field(at, 'address', fields.reserved ?? 0n);
    at = writer.data(at, data);
  }
  return writer.bytes;
}
