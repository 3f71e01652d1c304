/** Names and places of fields. Source: makedumpfile, sadump_info.h and README; libkdumpfile. */
export const partSignature = 'sadump\0\0';
/** The device's header: its magic words fill the rest of its block. */
export const partHeader = {
  systemId: 88,
  diskSetId: 104,
  volumeId: 120,
  timestamp: 136,
  setDiskSet: 152,
  usedDevice: 160,
  magicWords: 168,
} as const;
/** Ids are GUIDs, times are EFI_TIMEs. */
export const idInBytes = 16;
/** A disk set has one header more, after that of its first disk. Its size is in blocks. */
export const setHeader = {
  blocks: 0,
  disks: 4,
  volumes: 16,
  volumeInBytes: 32,
} as const;
export const maxDisks = 16;
/** A backup of a device has one block more before it. */
export const mediaHeaderInBytes = 4096;
export const blockSizesInBytes: readonly number[] = [
  512, 1024, 2048, 4096, 8192, 16384, 32768, 65536,
];

export interface HeaderField {
  readonly name: string;
  readonly offset: number;
  readonly sizeInBytes: 4 | 8;
}

const words = (offset: number, names: readonly string[], sizeInBytes: 4 | 8 = 4): HeaderField[] =>
  names.map((name, index) => ({ name, offset: offset + sizeInBytes * index, sizeInBytes }));

/** Of the dump's header, in the block after the device's. */
export const headerFields: readonly HeaderField[] = [
  ...words(8, ['header_version']),
  ...words(32, ['status', 'compress', 'block_size', 'extra_hdr_size', 'sub_hdr_size']),
  ...words(52, ['bitmap_blocks', 'dumpable_bitmap_blocks', 'max_mapnr', 'total_ram_blocks']),
  ...words(68, ['device_blocks', 'written_blocks', 'current_cpu', 'nr_cpus']),
];
/** Of version 1 and later. */
export const wideFields: readonly HeaderField[] = words(
  88,
  ['max_mapnr_64', 'total_ram_blocks_64', 'device_blocks_64', 'written_blocks_64'],
  8,
);
/** An EFI_TIME. */
export const timestampAt = 16;
export const headerInBytes = 120;

/** Of the sub header: u32 size of all states, then an APIC state and a state for each CPU. */
export const apicStateInBytes = 16;
export const cpuStateInBytes = 1024;
