import type { ByteSink } from '@vmcorekit/core';

/**
 * A file that a page writes. It appears with `commit`, whole; until then, and after `abandon`, the
 * user finds nothing. In a worker, since only there a page writes without waiting for each piece.
 */
export interface PageOutput {
  readonly sink: ByteSink;
  /** The end of the highest byte written. */
  readonly sizeInBytes: number;
  /** `DriveOptions.beforeNextStep`: what is on its way to the disk stays below some megabytes. */
  beforeNextStep(): Promise<void> | undefined;
  /**
   * Everything was written. Returns the bytes where the page must still give them to the user, by a
   * download; null where the file lies in the place that the user chose. Throws `io`.
   */
  commit(): Promise<Blob | null>;
  /** Removes what was written. Does nothing after `commit`. */
  abandon(): Promise<void>;
}
