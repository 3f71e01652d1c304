import type { CMember, CType } from './c-struct.ts';

/**
 * The members of `struct disk_dump_header`, in order. Source: makedumpfile IMPLEMENTATION and its C
 * declarations, as facts.
 */
export const diskDumpHeader: readonly CMember[] = [
  member('signature', { bytes: 8 }),
  member('header_version', 'i32'),
  ...['sysname', 'nodename', 'release', 'version', 'machine', 'domainname'].map((name) =>
    member(name, { bytes: 65 }),
  ),
  member('timestamp_sec', 'long'),
  member('timestamp_usec', 'long'),
  member('status', 'u32'),
  member('block_size', 'i32'),
  member('sub_hdr_size', 'i32'),
  member('bitmap_blocks', 'u32'),
  member('max_mapnr', 'u32'),
  member('total_ram_blocks', 'u32'),
  member('device_blocks', 'u32'),
  member('written_blocks', 'u32'),
  member('current_cpu', 'u32'),
  member('nr_cpus', 'i32'),
];

/**
 * The members of `struct kdump_sub_header`, in order, each with the header_version that introduced
 * it.
 */
export const kdumpSubHeader: readonly (CMember & { readonly since: number })[] = [
  { ...member('phys_base', 'long'), since: 0 },
  { ...member('dump_level', 'i32'), since: 1 },
  { ...member('split', 'i32'), since: 2 },
  { ...member('start_pfn', 'long'), since: 2 },
  { ...member('end_pfn', 'long'), since: 2 },
  { ...member('offset_vmcoreinfo', 'u64'), since: 3 },
  { ...member('size_vmcoreinfo', 'long'), since: 3 },
  { ...member('offset_note', 'u64'), since: 4 },
  { ...member('size_note', 'long'), since: 4 },
  { ...member('offset_eraseinfo', 'u64'), since: 5 },
  { ...member('size_eraseinfo', 'long'), since: 5 },
  { ...member('start_pfn_64', 'u64'), since: 6 },
  { ...member('end_pfn_64', 'u64'), since: 6 },
  { ...member('max_mapnr_64', 'u64'), since: 6 },
];

/** `struct page_desc`. */
export const pageDescriptor: readonly CMember[] = [
  member('offset', 'u64'),
  member('size', 'u32'),
  member('flags', 'u32'),
  member('page_flags', 'u64'),
];

function member(name: string, type: CType): CMember {
  return { name, type };
}
