import {
  type Dump,
  type KernelLayout,
  type KernelView,
  type LocatedKernel,
  type Progress,
  type SymbolTable,
  VmcoreInfo,
} from '@vmcorekit/core';
import { searchOwnNotes } from '../vmcoreinfo/own-notes.ts';
import { ownVmcoreInfo } from '../vmcoreinfo/own-vmcoreinfo.ts';
import { contradicts, isVmcoreInfoOf } from '../vmcoreinfo/vmcoreinfo-of-kernel.ts';
import { scanForVmcoreInfo } from '../vmcoreinfo/vmcoreinfo-scan.ts';

/**
 * The origin of a VMCOREINFO text: the file had it, the kernel's own pointer led to it, a search
 * found it, or it was composed.
 */
export type VmcoreInfoFrom = 'file' | 'memory' | 'search' | 'synthesised';

export interface KernelVmcoreInfo {
  readonly text: string;
  readonly from: VmcoreInfoFrom;
}

/**
 * The VMCOREINFO of a located kernel. It must agree with the verdict on the kernel's place, KASLR
 * offset and release. The kernel's own pointer must lead to it, or the place or offset in it must
 * be this kernel's. Undefined where neither file nor memory holds one. `view` is null where no page
 * tables map the kernel's memory.
 */
export function* vmcoreInfoOf(
  dump: Dump,
  located: LocatedKernel,
  view: KernelView | null,
): Generator<Progress, KernelVmcoreInfo | undefined, void> {
  const symbols = view?.symbols ?? null;
  if (dump.vmcoreinfo !== null && isVmcoreInfoOf(dump, dump.vmcoreinfo, located, symbols)) {
    return { text: dump.vmcoreinfo.text, from: 'file' };
  }
  const own = view === null ? undefined : ownVmcoreInfo(view);
  if (own !== undefined && !contradicts(dump, new VmcoreInfo(own.text), located)) {
    return { text: own.text, from: 'memory' };
  }
  // Copies that readers left may be cut off, and often lie before the kernel's own note.
  let longest = '';
  for (const notes of [yield* searchOwnNotes(dump), scanForVmcoreInfo(dump)]) {
    for (const step of notes) {
      if ('kind' in step) {
        yield step;
      } else if (isVmcoreInfoOf(dump, new VmcoreInfo(step.text), located, symbols)) {
        if (step.text.endsWith('\n')) {
          return { text: step.text, from: 'search' };
        }
        const wholeLines = step.text.slice(0, step.text.lastIndexOf('\n') + 1);
        longest = wholeLines.length > longest.length ? wholeLines : longest;
      }
    }
  }
  return longest === '' ? undefined : { text: longest, from: 'search' };
}

/**
 * The lines that a verdict and symbols prove, in the form the kernel writes them. They still lack
 * structure layouts, which some readers need. Source of the keys: Linux,
 * Documentation/admin-guide/kdump/vmcoreinfo.rst.
 */
export function synthesisedVmcoreInfo(
  layout: KernelLayout | null,
  kernel: LocatedKernel,
  symbols: SymbolTable,
  pageSizeInBytes: number | null,
): KernelVmcoreInfo {
  const symbolLines = ['init_uts_ns', '_stext', 'init_top_pgt', 'swapper_pg_dir'].flatMap(
    (name): [string, string][] => {
      const address = symbols.find(name)?.address;
      return address === undefined ? [] : [[`SYMBOL(${name})`, address.toString(16)]];
    },
  );
  const { kaslrOffset } = kernel;
  const lines = new Map<string, string | undefined>([
    ['OSRELEASE', kernel.release ?? undefined],
    ['BUILD-ID', kernel.buildId ?? undefined],
    ['PAGESIZE', pageSizeInBytes === null ? undefined : String(pageSizeInBytes)],
    ...Object.entries(layout?.vmcoreInfoLines?.(kernel) ?? {}),
    ...symbolLines,
    [
      'KERNELOFFSET',
      kaslrOffset === null ? undefined : BigInt.asUintN(64, BigInt(kaslrOffset)).toString(16),
    ],
  ]);
  const text = [...lines]
    .map(([key, value]) => (value === undefined ? '' : `${key}=${value}\n`))
    .join('');
  return { text, from: 'synthesised' };
}
