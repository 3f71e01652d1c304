import type { Dump, OriginFinding } from '@vmcorekit/core';

/** What a sign saw: why it counts, and where. */
export type Seen = Pick<OriginFinding, 'because' | 'at'>;

/** One habit of a writer, or one trace of what captured the memory. */
export interface Sign {
  readonly axis: OriginFinding['axis'];
  readonly who: string;
  /** Positive speaks for, negative against; 100 and more is a proof. */
  readonly score: number;
  /** Undefined where the dump does not show it. */
  see(dump: Dump): Seen | undefined;
}
