import { printable, type ReportTable } from '@vmcorekit/core';
import { plainStyle } from '../layout/style.ts';
import { damageTable } from './damage-lines.ts';
import { type DescribeAnswer, describeHeading, otherKernelLines } from './describe-report.ts';
import { type SystemRow, systemRows } from './system-lines.ts';

/** The description of a dump in parts, with the words of `describeReport`. */
export interface DescribeParts {
  /** The release, the role and the confidence; or why there is no kernel. */
  readonly heading: string;
  readonly system: readonly SystemRow[];
  /** Other kernels in the dump, a title and a line each; none where there is only one. */
  readonly otherKernels: readonly string[];
  readonly damage: ReportTable;
}

/** What a dump says of its machine, for what lays it out by itself. All text is ready to show. */
export function describeParts({
  dump,
  verdict,
  system,
  damage,
}: Omit<DescribeAnswer, 'provenance'>): DescribeParts {
  return {
    heading: printable(describeHeading(verdict)),
    system: systemRows(system),
    otherKernels: otherKernelLines(dump, verdict, plainStyle()),
    damage: damageTable(damage),
  };
}
