import { latin1Bytes } from '@vmcorekit/core';
import { StructWriter } from '../elf/struct-writer.ts';

/** A stand-alone dump of IBM Z, by the names of s390-tools' zdump/df_s390.h. */
export interface S390Spec {
  /** Of an extended dump: its memory that is not zero. */
  readonly segments?: readonly S390Segment[];
  /** All memory, from address 0 on; what an extended dump has in segments is not used. */
  readonly memory: Uint8Array;
  readonly header?: Partial<S390HeaderSpec>;
  /** The addresses of the CPUs' lowcores. */
  readonly lc_vec?: readonly number[];
  /** The time in the end mark; no mark where null. */
  readonly endTod?: bigint | null;
}

export interface S390Segment {
  readonly start: number;
  readonly data: Uint8Array;
  /** That of `data` where left out. */
  readonly len?: number;
  /** 1 in the last segment where left out, else 0. */
  readonly stop_marker?: number;
}

export interface S390HeaderSpec {
  readonly version: number;
  readonly hdr_size: number;
  readonly page_size: number;
  readonly mem_size: number;
  readonly mem_start: number;
  readonly mem_end: number;
  readonly tod: bigint;
  readonly arch: number;
  readonly mvdump: number;
  readonly zlib_version_s390: number;
  readonly volnr: number;
  readonly mvdump_zipl_time: bigint;
}

const headerInBytes = 4096;

/** Builds a dump: extended where it has segments. */
export function buildS390(spec: S390Spec): Uint8Array {
  const { memory, segments, lc_vec = [], header = {} } = spec;
  const writer = new StructWriter(64, 'big');
  const size = header.mem_size ?? memory.length;
  const isExtended = segments !== undefined;
  writer.field(0x00, 'address', isExtended ? 0xa8190173618f23fen : 0xa8190173618f23fdn);
  writer.field(0x08, 'word', header.version ?? (isExtended ? 1 : 5));
  writer.field(0x0c, 'word', header.hdr_size ?? headerInBytes);
  writer.field(0x10, 'word', 4);
  writer.field(0x14, 'word', header.page_size ?? 4096);
  writer.field(0x18, 'address', size);
  writer.field(0x20, 'address', header.mem_start ?? 0);
  writer.field(0x28, 'address', header.mem_end ?? size);
  writer.field(0x30, 'word', Math.floor(size / 4096));
  writer.field(0x38, 'address', header.tod ?? 0n);
  writer.field(0x48, 'word', header.arch ?? 2);
  writer.field(0x4c, 'word', header.volnr ?? 0);
  writer.field(0x50, 'word', 2);
  writer.field(0x54, 'address', size);
  writer.field(0x5c, 'byte', header.mvdump ?? 0);
  writer.field(0x5d, 'half', lc_vec.length);
  writer.field(0x5f, 'half', lc_vec.length);
  writer.field(0x61, 'byte', header.zlib_version_s390 ?? 0);
  writer.field(0x208, 'address', header.mvdump_zipl_time ?? 0n);
  for (const [cpu, lowcore] of lc_vec.entries()) {
    writer.field(0x800 + 4 * cpu, 'word', lowcore);
  }
  writer.data(headerInBytes - 1, Uint8Array.of(0));
  const contents = isExtended ? segments.flatMap(segmentBytes) : [memory];
  const { endTod = header.tod ?? 0n } = spec;
  return Buffer.concat([
    writer.bytes,
    ...contents,
    ...(endTod === null ? [] : [latin1Bytes('DUMP_END'), wordOf(endTod)]),
  ]);
}

function segmentBytes(
  { start, data, len = data.length, stop_marker }: S390Segment,
  index: number,
  all: readonly S390Segment[],
): Uint8Array[] {
  const writer = new StructWriter(64, 'big');
  writer.field(0, 'address', start);
  writer.field(8, 'address', len);
  writer.field(16, 'address', stop_marker ?? (index === all.length - 1 ? 1 : 0));
  writer.data(headerInBytes - 1, Uint8Array.of(0));
  return [writer.bytes, data];
}

function wordOf(value: bigint): Uint8Array {
  const writer = new StructWriter(64, 'big');
  writer.field(0, 'address', value);
  return writer.bytes;
}
