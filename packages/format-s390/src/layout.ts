import type { HeaderValue } from '@vmcorekit/core';

/** A field of the header, by its name in s390-tools, zdump/df_s390.h. All are big-endian. */
interface HeaderField {
  readonly name: string;
  readonly offset: number;
  readonly sizeInBytes: 1 | 2 | 4 | 8;
}

const at = (
  offset: number,
  sizeInBytes: HeaderField['sizeInBytes'],
  name: string,
): HeaderField => ({
  name,
  offset,
  sizeInBytes,
});

export const headerFields: readonly HeaderField[] = [
  at(0x00, 8, 'magic'),
  at(0x08, 4, 'version'),
  at(0x0c, 4, 'hdr_size'),
  at(0x10, 4, 'dump_level'),
  at(0x14, 4, 'page_size'),
  at(0x18, 8, 'mem_size'),
  at(0x20, 8, 'mem_start'),
  at(0x28, 8, 'mem_end'),
  at(0x30, 4, 'num_pages'),
  at(0x38, 8, 'tod'),
  at(0x40, 8, 'cpu_id'),
  at(0x48, 4, 'arch'),
  at(0x4c, 4, 'volnr'),
  at(0x50, 4, 'build_arch'),
  at(0x54, 8, 'mem_size_real'),
  at(0x5c, 1, 'mvdump'),
  at(0x5d, 2, 'cpu_cnt'),
  at(0x5f, 2, 'real_cpu_cnt'),
  at(0x61, 1, 'zlib_version_s390'),
  at(0x200, 8, 'mvdump_sign'),
  at(0x208, 8, 'mvdump_zipl_time'),
];

/** What the headers of all volumes of a dump have in common. */
export const sharedFields: readonly string[] = [
  'magic',
  'version',
  'mem_size',
  'tod',
  'cpu_id',
  'mvdump_zipl_time',
];

/** Of a dump with all of memory, and of one without what is zero (`s390_ext`). */
export const wholeMagic = 0xa8190173618f23fdn;
export const extendedMagic = 0xa8190173618f23fen;
export const headerInBytes = 4096;
export const pageSizeInBytes = 4096;
/** Where the prefixes of the CPUs stand: the addresses of their lowcores. */
export const lowcoresAt = 0x800;
export const maxCpus = 512;
/** Source: s390-tools, zipl/boot/eckd2dump_mv.c. */
export const maxVolumes = 32;
/**
 * A volume of an extended dump has no segment that begins later than this before its end: so much
 * room the dump program needs. Source: s390-tools, zdump/dfi_s390mv.c.
 */
export const roomForSegmentInBytes: number = (1 << 20) + pageSizeInBytes;
/** The lowest version with them. */
export const firstVersionWithCpus = 5;
export const arch64 = 2;

/** After memory: `DUMP_END`, and the time as u64. */
export const endMark = 'DUMP_END';
export const endMarkInBytes = 16;

export type HeaderValues = ReadonlyMap<string, HeaderValue>;
