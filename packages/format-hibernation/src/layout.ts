/**
 * Where the fields of a hibernated swap area lie. A position in it is a page number from its start.
 * Sources: Linux, kernel/power/swap.c (`swsusp_header`, `swap_map_page`), kernel/power/power.h
 * (`swsusp_info`), arch/x86/power/hibernate.c (`restore_data_record`).
 */
export const pageSizeInBytes = 4096;
/** A number of the map, of the page list, and the length before a block. */
export const wordSizeInBytes = 8;
export const wordsPerPage: number = pageSizeInBytes / wordSizeInBytes;
/** The last word of a map's page leads to the next. */
export const entriesPerMapPage: number = wordsPerPage - 1;
/** A compressed block holds so many pages; the last one may hold fewer. */
export const pagesPerBlock = 32;
export const blockSizeInBytes: number = pagesPerBlock * pageSizeInBytes;
/** LZO may make a block larger, LZ4 less so. Source: Linux, include/linux/lzo.h. */
export const maxPackedBlockInBytes: number = blockSizeInBytes + blockSizeInBytes / 16 + 69;
/** The most pages that a block takes with its length. */
export const maxPagesPerBlock: number = Math.ceil(
  (wordSizeInBytes + maxPackedBlockInBytes) / pageSizeInBytes,
);

/** The most pages that a map can need: the info page, and blocks that compression made larger. */
export function maxMapPagesOf(streamPages: number): number {
  return 1 + Math.ceil(streamPages / pagesPerBlock) * maxPagesPerBlock;
}

/** At the end of the first page. */
export const swapHeader = {
  hw_sig: 4056,
  crc32: 4060,
  image: 4064,
  flags: 4072,
  orig_sig: 4076,
  sig: 4086,
} as const;

export const swapFlags = { plain: 2, hasCrc32: 4, lz4: 16 } as const;

/** How a kernel enters the one that hibernated. It begins the first page that the map lists. */
export const restoreRecord = { jump_address: 0, jump_address_phys: 8, cr3: 16, magic: 24 } as const;

/** The rest of that page. */
export const infoPage = {
  num_physpages: 400,
  image_pages: 416,
  pages: 424,
  size: 432,
} as const;

/** `RESTORE_MAGIC` of x86-64, the newest first. */
export const restoreMagics: readonly bigint[] = [0x23456789abcdef02n, 0x23456789abcdef01n];

/** Set in the upper half of the number of a page that is zero and has no data. Since Linux 6.6. */
export const zeroPageBit: number = 2 ** 31;
/** Both halves of the number that ends the list of page numbers. */
export const endOfPageNumbers: number = 2 ** 32 - 1;
