import type { Kernel, Progress, ReportRows, ReportText } from '@vmcorekit/core';
import type { KmemReport } from './kmem-report.ts';

/** One part of the answer; null data where the kernel's memory does not prove it. */
export interface KmemPart {
  readonly text: ReportText;
  readonly data: KmemReport;
  readonly rows?: ReportRows;
  readonly remarks?: readonly string[];
}

/** Reads one part. Throws as `structReader` does where the kernel's types lack a structure. */
export type ReadPart = (kernel: Kernel) => Generator<Progress, KmemPart, void>;
