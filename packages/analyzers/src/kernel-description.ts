import { type Analyzer, defineAnalyzer } from '@vmcorekit/core';
import { describeKernel, type KernelDescription } from '@vmcorekit/linux';

/** Describes the located kernel; `data` is null without one. */
export const kernelDescription: Analyzer<KernelDescription | null> = defineAnalyzer({
  name: 'kernel-description',
  summary: 'what a dump of the located kernel should say in its header and notes',
  options: {},
  *run({ dump, verdict, kernel }) {
    if (verdict.kernel === null) {
      return { text: ['no kernel'], data: null };
    }
    const data = yield* describeKernel(dump, verdict.kernel, kernel);
    const time =
      data.timestamp === null ? [] : [`timestamp ${new Date(data.timestamp * 1000).toISOString()}`];
    return {
      text: [...Object.entries(data.utsname).map(([name, value]) => `${name} ${value}`), ...time],
      data,
    };
  },
});
