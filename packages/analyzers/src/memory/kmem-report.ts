/** A figure of /proc/meminfo. */
export interface KmemFigure {
  /** KiB, or the number of huge pages; with what CPUs keep for themselves. Null: not proved. */
  readonly value: number | null;
  readonly unit: 'KiB' | 'pages of that size';
  /** As /proc/meminfo shows it: without what CPUs keep. */
  readonly shown: number | null;
  /** The variables or enumerators it was read from. */
  readonly from: string;
}

/** A counter of /proc/vmstat. */
export interface KmemCounter {
  readonly name: string;
  readonly kind: string;
  /** With what CPUs keep for themselves; null where a part cannot be read. */
  readonly value: number | null;
  /** As /proc/vmstat shows it; null where that is not known. */
  readonly shown: number | null;
}

/** A zone of memory. All counts are pages. */
export interface KmemZone {
  readonly address: string;
  readonly node: number;
  /** Null where it cannot be read. */
  readonly name: string | null;
  readonly startPfn: number | null;
  readonly spanned: number | null;
  readonly present: number | null;
  readonly managed: number | null;
  readonly free: number | null;
  /** With the boost, as /proc/zoneinfo shows them: min, low, high, promo. */
  readonly watermarks: Readonly<Record<string, number | null>>;
  readonly protection: readonly (number | null)[];
  /** How many free blocks of 2^index pages; null where they cannot be read. */
  readonly freeBlocks: readonly (number | null)[] | null;
  /** By the names of /proc/zoneinfo. */
  readonly counters: readonly KmemCounter[];
  readonly cpuPages: readonly {
    readonly cpu: number;
    readonly count: number;
    readonly batch: number;
  }[];
}

/** A node of memory. All counts are pages. */
export interface KmemNode {
  readonly id: number;
  readonly address: string;
  readonly startPfn: number | null;
  readonly spanned: number | null;
  readonly present: number | null;
  readonly zones: readonly (string | null)[];
  readonly counters: readonly KmemCounter[];
}

/** A slab cache. Null means "not proved". */
export interface KmemCache {
  readonly address: string;
  readonly name: string | null;
  /** In bytes. */
  readonly objectSize: number;
  /** From one object to the next, in bytes. */
  readonly size: number;
  readonly objectsPerSlab: number;
  /** In bytes. */
  readonly slabSize: number;
  readonly slabs: number | null;
  readonly objects: number | null;
  /** As /proc/slabinfo counts them: with those that CPUs keep. */
  readonly active: number | null;
  /** Free objects that CPUs keep, or sheaves have. */
  readonly kept: number | null;
  /** Null since Linux 7.0: objects may wait for RCU where no list leads. */
  readonly inUse: number | null;
}

/** An area of vmalloc memory. */
export interface KmemArea {
  /** Of its `vmap_area`. */
  readonly address: string;
  readonly start: string;
  readonly end: string;
  /** In bytes. */
  readonly size: number | null;
  /** Of its `vm_struct`. */
  readonly vm: string | null;
  readonly pages: number | null;
  readonly physicalAddress: string | null;
  /** What asked for it: `name+offset [module]`. */
  readonly caller: string | null;
  readonly callerAddress: string | null;
}

/** A swap device; sizes are KiB. */
export interface KmemSwap {
  readonly address: string;
  readonly path: string | null;
  readonly type: 'partition' | 'file' | null;
  readonly size: number | null;
  readonly used: number | null;
  readonly priority: number;
  readonly isWritable: boolean;
}

/** The `struct page` of an address. Null: it has none, or that is not proved. */
export interface KmemPage {
  readonly physicalAddress: string;
  readonly pfn: number | null;
  /** The address of its `struct page`. */
  readonly page: string;
  /** `slab`, `free`, `page table`, `page cache`, `anonymous`, `reserved`, or a type of page. */
  readonly use: string | null;
  /** From the lowest on, by `enum pageflags`; with `refcount`, those of `head` where it has one. */
  readonly flags: readonly string[];
  readonly flagsWord: string;
  readonly refcount: number | null;
  readonly mapcount: number | null;
  readonly mapping: string | null;
  readonly index: number | null;
  /** Of a part of a compound page: the first one's `struct page`. */
  readonly head: string | null;
  /** The free block that it is a part of: its first page, and 2^order pages. */
  readonly freeBlock: { readonly pfn: number | null; readonly order: number } | null;
  readonly slab: {
    readonly cache: string;
    readonly cacheAddress: string;
    readonly object: string;
    readonly objectSize: number;
    readonly offset: number;
    readonly state: 'free' | 'in use' | null;
    readonly how: string;
  } | null;
  readonly inode: {
    readonly address: string;
    readonly number: number | null;
    readonly device: string;
  } | null;
}

/** What `kmem` says; it has only the parts that were asked for. */
export interface KmemReport {
  /** By the names of /proc/meminfo, in its order. */
  readonly memory?: Readonly<Record<string, KmemFigure>>;
  readonly counters?: readonly KmemCounter[];
  readonly zones?: readonly KmemZone[];
  readonly nodes?: readonly KmemNode[];
  readonly caches?: readonly KmemCache[];
  readonly areas?: readonly KmemArea[];
  readonly swap?: readonly KmemSwap[];
  readonly page?: KmemPage;
}
