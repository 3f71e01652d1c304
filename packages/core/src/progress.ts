/** One step of long work. */
export interface Progress {
  readonly kind: 'progress';
  /** What is being done, for people: `searching for page-table pages`. */
  readonly doing: string;
  /** 0 to 1, or null where the end is not known. */
  readonly fraction: number | null;
}
