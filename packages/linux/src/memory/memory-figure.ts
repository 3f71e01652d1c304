/** A line of /proc/meminfo. */
export interface MemoryFigure {
  /** As /proc/meminfo calls it. */
  readonly name: string;
  readonly unit: 'KiB' | 'pages of that size';
  /** With what CPUs keep for themselves; null where it is not proved. */
  readonly value: bigint | null;
  /** As /proc/meminfo shows it: without what CPUs keep. */
  readonly shown: bigint | null;
  /** The variables or enumerators that it was read from. */
  readonly from: string;
}
