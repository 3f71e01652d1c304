import { type Analyzer, defineAnalyzer } from '@vmcorekit/core';
import { blockedTasksOf, crashSummaryOf } from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';
import { type CrashSummaryReport, crashSummaryReport } from './crash-summary-report.ts';
import { crashSummaryLines } from './crash-summary-text.ts';

/**
 * Why a kernel crashed: the panic, the CPU with its task, stack and registers, the module, the
 * tasks that wait, and a signature that dumps of the same bug share. Of a kernel that did not
 * panic: what blocks. The data is a `CrashSummaryReport`; null where there is no kernel to ask.
 */
export const crashSummary: Analyzer<CrashSummaryReport | null> = defineAnalyzer({
  name: 'crash-summary',
  summary: 'why the kernel crashed, and a signature of the crash',
  options: {},
  *run(context) {
    return yield* kernelAnswer(context, { head: 'no answer to what crashed' }, function* (kernel) {
      const summary = yield* crashSummaryOf(kernel);
      const blocked = yield* blockedTasksOf(kernel);
      const isKnown = typeof blocked !== 'string';
      const data = crashSummaryReport(
        kernel.located.release,
        summary,
        isKnown ? blocked.tasks : null,
      );
      const reasons = [summary.panic, summary.cpu].flatMap((fact) =>
        fact.value === null ? [fact.because] : [],
      );
      return {
        text: crashSummaryLines(data),
        data,
        sources: {
          ...(summary.panic.value === null ? {} : { panic: summary.panic.from }),
          ...(summary.trace === null ? {} : { unwinder: summary.trace.by }),
        },
        remarks: [
          ...new Set([
            ...kernel.types.remarks,
            ...reasons,
            ...summary.remarks,
            ...(isKnown ? [] : [blocked]),
            ...(summary.trace?.remarks ?? []),
          ]),
        ],
      };
    });
  },
});
