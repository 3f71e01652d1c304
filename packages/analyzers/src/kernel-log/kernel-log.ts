import { type Analyzer, defineAnalyzer, type Progress, type Report } from '@vmcorekit/core';
import { type LogRecord, type LostRecord, linesOf, logRecords, recordLogSymbols, ringRecords } from '@vmcorekit/linux';

/**
 * What the kernel printed, as `dmesg` shows it: from the printk ring buffer, whose place and layout VMCOREINFO alone tells. The data is
 * an array of records, `{ sequence, nanoseconds, level, facility, caller, text }`, or `{ sequence, lost }` for one that cannot be read; or
 * null where there is no log to be found.
 */
export const kernelLog: Analyzer<readonly (LogRecord | LostRecord)[] | null> = defineAnalyzer({
  name: 'kernel-log',
  summary: "the kernel's messages, as dmesg prints them",
  options: {},
  *run({ verdict, kernel }): Generator<Progress, Report<readonly (LogRecord | LostRecord)[] | null>, void> {
    if (kernel === null) {
      return without(verdict.kernel === null ? 'no kernel was found in memory' : 'the page tables of the kernel are not known');
    }
    const { memory, vmcoreinfo: info } = kernel;
    if (info.size === 0) {
      return without('the dump holds no VMCOREINFO of its kernel');
    }
    const ring = info.symbol('prb');
    const old = recordLogSymbols(info);
    if (ring === undefined && old === undefined) {
      return without('VMCOREINFO tells neither SYMBOL(prb) nor the variables of log_buf');
    }
    const records =
      ring !== undefined ? yield* ringRecords(memory, info, ring) : old !== undefined ? yield* logRecords(memory, info, old) : [];
    return { text: records.flatMap(linesOf), data: records };
  },
});

function without(because: string): Report<null> {
  return { text: [`no kernel log: ${because}`], data: null };
}
