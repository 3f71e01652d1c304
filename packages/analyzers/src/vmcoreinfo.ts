import { type Analyzer, type AnalyzerContext, defineAnalyzer, hex } from '@vmcorekit/core';
import { ownVmcoreInfo } from '@vmcorekit/linux';
import { whyNoKernel } from './kernel-answer.ts';

/** The `data` of the `vmcoreinfo` analyzer. */
export interface VmcoreInfoReport {
  readonly from: 'file' | 'memory';
  /** Address of the note in memory, hexadecimal; null for the file's note. */
  readonly virtualAddress: string | null;
  /** As found, Latin-1. */
  readonly text: string;
}

const options = {
  from: { type: 'string', summary: 'look only there', default: null, choices: ['file', 'memory'] },
} as const;

/**
 * VMCOREINFO: the file's, else the note that the located kernel keeps in memory, found by the
 * kernel's own pointer `vmcoreinfo_note`. `data` is null where there is none.
 */
export const vmcoreinfo: Analyzer<VmcoreInfoReport | null, typeof options> = defineAnalyzer({
  name: 'vmcoreinfo',
  summary: "VMCOREINFO, out of the file or from the kernel's own memory",
  options,
  // biome-ignore lint/correctness/useYield: it reads a few pages, and no step is worth reporting
  *run(context, { from }) {
    const ofFile = from === 'memory' ? undefined : inFile(context);
    const data = ofFile ?? (from === 'file' ? undefined : inMemory(context));
    if (data === undefined) {
      return { text: [`no VMCOREINFO: ${whyNone(context, from)}`], data: null };
    }
    const where =
      data.from === 'file'
        ? 'from the file'
        : `from memory, at ${data.virtualAddress}, by the kernel's own pointer`;
    return { text: [`VMCOREINFO ${where}`, '', ...data.text.trimEnd().split('\n')], data };
  },
});

function inFile({ dump }: AnalyzerContext): VmcoreInfoReport | undefined {
  return dump.vmcoreinfo === null
    ? undefined
    : { from: 'file', virtualAddress: null, text: dump.vmcoreinfo.text };
}

function inMemory({ kernel }: AnalyzerContext): VmcoreInfoReport | undefined {
  const own = kernel === null ? undefined : ownVmcoreInfo(kernel);
  return own === undefined
    ? undefined
    : { from: 'memory', virtualAddress: hex(own.address), text: own.text };
}

function whyNone({ kernel, verdict }: AnalyzerContext, from: string | null): string {
  if (from === 'file') {
    return 'the file has none';
  }
  const ofMemory =
    kernel === null
      ? whyNoKernel(verdict)
      : kernel.symbols.size === 0
        ? 'the kernel has no symbols in memory to find its note by'
        : "the kernel's pointer leads to none";
  return from === 'memory' ? ofMemory : `the file has none, and ${ofMemory}`;
}
