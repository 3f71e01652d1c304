import type { AnalyzerContext, Kernel, Progress, Report } from '@vmcorekit/core';
import { kernelAnswer } from '../objects/kernel-answer.ts';

/**
 * The report on what `read` finds in a kernel. Where it finds nothing, it returns why. Then the
 * data is null, and the text says so.
 */
export function foundAnswer<Found, Data>(
  context: AnalyzerContext,
  what: string,
  read: (kernel: Kernel) => Generator<Progress, Found | string, void>,
  report: (found: Found, kernel: Kernel) => Report<Data>,
): Generator<Progress, Report<Data | null>, void> {
  return kernelAnswer<Progress, Data | null>(context, what, function* (kernel) {
    const found = yield* read(kernel);
    if (typeof found === 'string') {
      return {
        text: [`no answer to ${what}: ${found}`],
        data: null,
        remarks: kernel.types.remarks,
      };
    }
    const made = report(found, kernel);
    return { ...made, remarks: [...kernel.types.remarks, ...(made.remarks ?? [])] };
  });
}
