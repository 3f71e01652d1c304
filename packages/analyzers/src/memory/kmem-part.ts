import type { Kernel, Progress, ReportRows, ReportText } from '@vmcorekit/core';
import type { KmemReport } from './kmem-report.ts';

/** One part of the answer; null data where the kernel's memory does not prove it. */
export interface KmemPart {
  readonly text: ReportText;
  readonly data: KmemReport;
  readonly rows?: ReportRows;
  readonly remarks?: readonly string[];
  /** Nothing was found that was asked for by name. */
  readonly isEmpty?: boolean;
}

/**
 * Reads one part. `what` is an address, or the name of a cache. Throws as `structReader` does where
 * the kernel's types lack a structure.
 */
export type ReadPart = (kernel: Kernel, what: string | null) => Generator<Progress, KmemPart, void>;
