import { type Analyzer, type AnalyzerContext, type Report, VmcoreInfo } from '@vmcorekit/core';
import { linesOf, logRecords, ownVmcoreInfo, recordLogSymbols, ringRecords } from '@vmcorekit/linux';

/**
 * What the kernel printed, as `dmesg` shows it: from the printk ring buffer, whose place and layout VMCOREINFO alone tells. The data is
 * an array of records, `{ sequence, nanoseconds, level, facility, caller, text }`, or `{ sequence, lost }` for one that cannot be read; or
 * null where there is no log to be found.
 */
export const kernelLog: Analyzer = {
  name: 'kernel-log',
  summary: "the kernel's messages, as dmesg prints them",
  options: {},
  *run(context) {
    const { dump, space } = context;
    const info = vmcoreInfoOf(context);
    if (space === null || info === undefined) {
      return without(
        space !== null
          ? 'the dump holds no VMCOREINFO of its kernel'
          : context.verdict.kernel === null
            ? 'no kernel was found in memory'
            : 'the page tables of the kernel are not known',
      );
    }
    const { byteOrder } = dump.image.memory;
    const ring = info.symbol('prb');
    const old = recordLogSymbols(info);
    if (ring === undefined && old === undefined) {
      return without('VMCOREINFO tells neither SYMBOL(prb) nor the variables of log_buf');
    }
    const wordSizeInBits = dump.architecture?.wordSizeInBits ?? 64;
    const records =
      ring !== undefined
        ? yield* ringRecords(space, info, ring, byteOrder)
        : old !== undefined
          ? yield* logRecords(space, info, old, byteOrder, wordSizeInBits)
          : [];
    return { text: records.flatMap(linesOf), data: records };
  },
};

function without(because: string): Report {
  return { text: [`no kernel log: ${because}`], data: null };
}

/** The located kernel's own note before the file's: after a kexec the file's may be of the kernel before. */
function vmcoreInfoOf({ dump, space, symbols }: AnalyzerContext): VmcoreInfo | undefined {
  const own = space === null || symbols === null ? undefined : ownVmcoreInfo(space, symbols, dump.image.memory.byteOrder);
  return own === undefined ? (dump.vmcoreinfo ?? undefined) : new VmcoreInfo(own.text);
}
