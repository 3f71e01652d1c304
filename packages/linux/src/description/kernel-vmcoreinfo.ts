import {
  type AddressSpace,
  type Dump,
  type KernelLayout,
  type LocatedKernel,
  type Progress,
  type SymbolTable,
  VmcoreInfo,
} from '@vmcorekit/core';
import { ownVmcoreInfo } from '../vmcoreinfo/own-vmcoreinfo.ts';
import { vmcoreInfoClaim } from '../vmcoreinfo/vmcoreinfo-claim.ts';
import { scanForVmcoreInfo } from '../vmcoreinfo/vmcoreinfo-scan.ts';

/** Where a VMCOREINFO text came from: the file had it, the kernel's own pointer led to it, a search found it, or it was put together. */
export type VmcoreInfoFrom = 'file' | 'memory' | 'search' | 'synthesised';

export interface KernelVmcoreInfo {
  readonly text: string;
  readonly from: VmcoreInfoFrom;
}

/**
 * The VMCOREINFO of a located kernel: one that says of phys_base, KASLR offset and release what the verdict says. Undefined where neither
 * file nor memory holds one.
 */
export function* vmcoreInfoOf(
  dump: Dump,
  kernel: LocatedKernel,
  space: AddressSpace | null,
  symbols: SymbolTable | null,
): Generator<Progress, KernelVmcoreInfo | undefined, void> {
  const layout = dump.architecture?.kernelLayout;
  if (dump.vmcoreinfo !== null && isOf(dump.vmcoreinfo, kernel, layout)) {
    return { text: dump.vmcoreinfo.text, from: 'file' };
  }
  const own = space === null || symbols === null ? undefined : ownVmcoreInfo(space, symbols, dump.image.memory.byteOrder);
  if (own !== undefined && isOf(new VmcoreInfo(own.text), kernel, layout)) {
    return { text: own.text, from: 'memory' };
  }
  for (const step of scanForVmcoreInfo(dump)) {
    if ('kind' in step) {
      yield step;
    } else if (isOf(new VmcoreInfo(step.text), kernel, layout)) {
      return { text: step.text, from: 'search' };
    }
  }
  return undefined;
}

function isOf(info: VmcoreInfo, kernel: LocatedKernel, layout: KernelLayout | undefined): boolean {
  const claim = vmcoreInfoClaim(info, layout);
  return (
    claim.physBase === kernel.physBase &&
    (kernel.kaslrOffset === null || claim.kaslrOffset === kernel.kaslrOffset) &&
    (kernel.release === null || claim.release === kernel.release)
  );
}

/**
 * The lines that a verdict and symbols can vouch for, in the form the kernel writes them. Readers that need the layout of structures
 * still lack it. Source of the keys: Linux, Documentation/admin-guide/kdump/vmcoreinfo.rst.
 */
export function synthesisedVmcoreInfo(
  kernel: LocatedKernel,
  symbols: SymbolTable | null,
  pageSizeInBytes: number,
): KernelVmcoreInfo {
  const symbolLines = ['init_uts_ns', '_stext', 'init_top_pgt', 'swapper_pg_dir'].map((name): [string, string | undefined] => [
    `SYMBOL(${name})`,
    symbols?.addressOf(name)?.toString(16),
  ]);
  const { kaslrOffset, pagingLevels } = kernel;
  const lines: [string, string | undefined][] = [
    ['OSRELEASE', kernel.release ?? undefined],
    ['BUILD-ID', kernel.buildId ?? undefined],
    ['PAGESIZE', String(pageSizeInBytes)],
    ...symbolLines,
    ['NUMBER(phys_base)', String(kernel.physBase)],
    ['NUMBER(pgtable_l5_enabled)', pagingLevels === null ? undefined : String(pagingLevels === 5 ? 1 : 0)],
    ['KERNELOFFSET', kaslrOffset === null ? undefined : BigInt.asUintN(64, BigInt(kaslrOffset)).toString(16)],
  ];
  const text = lines.map(([key, value]) => (value === undefined ? '' : `${key}=${value}\n`)).join('');
  return { text, from: 'synthesised' };
}
