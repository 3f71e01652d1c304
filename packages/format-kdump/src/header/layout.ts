/**
 * Where the fields of a KDUMP file's two header structures lie. The layout follows the C structures
 * of the machine that wrote the file: the size of `long` and the alignment of 64-bit fields differ.
 * Source: makedumpfile IMPLEMENTATION, "compressed kdump" header structures.
 */

/**
 * `packed`: i386, and everything that QEMU writes. `padded`: 32-bit machines that align 64-bit
 * fields to eight bytes (ARM, MIPS32, PPC32).
 */
export type SubHeaderLayout = '64-bit' | '32-bit packed' | '32-bit padded';

/**
 * `long` (signed) and `ulong` are as wide as the machine's word, 32 or 64 bits. Offsets are `u64`,
 * as QEMU declares them. makedumpfile's `off_t` is signed, but no file has a negative one.
 */
export type FieldType = 'i32' | 'u32' | 'u64' | 'long' | 'ulong' | 'utsname';

export interface HeaderField {
  /** The specification's name. */
  readonly name: string;
  readonly type: FieldType;
  /** Present from this header_version on. */
  readonly since: number;
  readonly offset64: number;
  readonly offset32: number;
}

export interface SubHeaderField {
  readonly name: string;
  readonly type: FieldType;
  readonly since: number;
  readonly offsets: Readonly<Record<SubHeaderLayout, number>>;
}

export const signature = 'KDUMP   ';
/**
 * Of diskdump, out of which KDUMP grew: the header is the same, the sub header holds registers, and
 * the bits of `status` mean other things. Source: crash, diskdump.h.
 */
export const diskdumpSignature = 'DISKDUMP';
export const diskdumpStatus = { incomplete: 1, compressed: 8 } as const;
export const newestVersion = 6;
/** Size of each of the six strings of `struct new_utsname`, with its NUL. */
export const utsnameLength = 65;
export const descriptorSizeInBytes = 24;
/**
 * The largest bitmap: 256 TiB at 4 KiB pages. Linux on x86-64 with four levels manages 64 TiB. A
 * sparse file of a few bytes may claim more, and a reader would search it for minutes.
 */
export const maxBitmapSizeInBytes: number = 2 ** 33;

function at(name: string, type: FieldType, offset64: number, offset32: number): HeaderField {
  return { name, type, since: 0, offset64, offset32 };
}

/**
 * `struct disk_dump_header`, in block 0. The timestamp is a `struct timeval` with two signed
 * `long`s.
 */
export const headerFields: readonly HeaderField[] = [
  at('header_version', 'i32', 8, 8),
  at('sysname', 'utsname', 12, 12),
  at('nodename', 'utsname', 77, 77),
  at('release', 'utsname', 142, 142),
  at('version', 'utsname', 207, 207),
  at('machine', 'utsname', 272, 272),
  at('domainname', 'utsname', 337, 337),
  at('timestamp_sec', 'long', 408, 404),
  at('timestamp_usec', 'long', 416, 408),
  at('status', 'u32', 424, 412),
  at('block_size', 'i32', 428, 416),
  at('sub_hdr_size', 'i32', 432, 420),
  at('bitmap_blocks', 'u32', 436, 424),
  at('max_mapnr', 'u32', 440, 428),
  at('total_ram_blocks', 'u32', 444, 432),
  at('device_blocks', 'u32', 448, 436),
  at('written_blocks', 'u32', 452, 440),
  at('current_cpu', 'u32', 456, 444),
  at('nr_cpus', 'i32', 460, 448),
];

export const headerSizeInBytes: Readonly<Record<32 | 64, number>> = { 32: 452, 64: 464 };

function sub(
  name: string,
  type: FieldType,
  since: number,
  wide: number,
  packed: number,
  padded: number,
): SubHeaderField {
  return {
    name,
    type,
    since,
    offsets: { '64-bit': wide, '32-bit packed': packed, '32-bit padded': padded },
  };
}

/** `struct kdump_sub_header`, from `block_size` on. */
export const subHeaderFields: readonly SubHeaderField[] = [
  sub('phys_base', 'ulong', 0, 0, 0, 0),
  sub('dump_level', 'i32', 1, 8, 4, 4),
  sub('split', 'i32', 2, 12, 8, 8),
  sub('start_pfn', 'ulong', 2, 16, 12, 12),
  sub('end_pfn', 'ulong', 2, 24, 16, 16),
  sub('offset_vmcoreinfo', 'u64', 3, 32, 20, 24),
  sub('size_vmcoreinfo', 'ulong', 3, 40, 28, 32),
  sub('offset_note', 'u64', 4, 48, 32, 40),
  sub('size_note', 'ulong', 4, 56, 40, 48),
  sub('offset_eraseinfo', 'u64', 5, 64, 44, 56),
  sub('size_eraseinfo', 'ulong', 5, 72, 52, 64),
  sub('start_pfn_64', 'u64', 6, 80, 56, 72),
  sub('end_pfn_64', 'u64', 6, 88, 64, 80),
  sub('max_mapnr_64', 'u64', 6, 96, 72, 88),
];

export const subHeaderSizeInBytes: Readonly<Record<SubHeaderLayout, number>> = {
  '64-bit': 104,
  '32-bit packed': 80,
  '32-bit padded': 96,
};

/** Bits of `status` and of a page descriptor's `flags`. */
export const compressionFlags: readonly { readonly flag: number; readonly method: string }[] = [
  { flag: 0x01, method: 'zlib' },
  { flag: 0x02, method: 'lzo' },
  { flag: 0x04, method: 'snappy' },
  { flag: 0x20, method: 'zstd' },
];
/** Only in `status`: the writer ran out of space. */
export const statusIncomplete = 0x08;
