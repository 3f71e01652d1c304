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
  /** As /proc/vmstat shows it. */
  readonly shown: number | null;
}

/** A zone of memory. All counts are pages. */
export interface KmemZone {
  readonly address: string;
  readonly node: number;
  readonly name: string;
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
  readonly zones: readonly string[];
  readonly counters: readonly KmemCounter[];
}

/** What `kmem` says; it has only the parts that were asked for. */
export interface KmemReport {
  /** By the names of /proc/meminfo, in its order. */
  readonly memory?: Readonly<Record<string, KmemFigure>>;
  readonly counters?: readonly KmemCounter[];
  readonly zones?: readonly KmemZone[];
  readonly nodes?: readonly KmemNode[];
}
