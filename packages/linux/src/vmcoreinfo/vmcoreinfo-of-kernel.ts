import type { Dump, LocatedKernel, SymbolTable, VmcoreInfo } from '@vmcorekit/core';
import { vmcoreInfoClaim } from './vmcoreinfo-claim.ts';

/**
 * Symbols that VMCOREINFO gives with their own addresses (`mem_section` is a pointer's value), and
 * that kallsyms also has.
 */
const compared = [
  '_stext',
  'init_uts_ns',
  'init_top_pgt',
  'init_level4_pgt',
  'swapper_pg_dir',
] as const;

/**
 * Whether a VMCOREINFO belongs to a located kernel: it contradicts nothing, and identifies the
 * kernel. It does so by the kernel's place (`NUMBER(phys_base)`, x86-64 since Linux 4.10), by its
 * KASLR offset (`KERNELOFFSET`, since 3.14), or by its symbols. A missing key contradicts nothing,
 * and identifies nothing. Source: Linux, commits 401721ecd1dc and b6085a865762.
 */
export function isVmcoreInfoOf(
  dump: Dump,
  info: VmcoreInfo,
  located: LocatedKernel,
  symbols: SymbolTable | null,
): boolean {
  const { imageOffset, kaslrOffset } = vmcoreInfoClaim(info, dump);
  const isNamed =
    imageOffset === located.imageOffset ||
    (kaslrOffset !== undefined && kaslrOffset === located.kaslrOffset) ||
    compared.some(
      (name) =>
        info.symbol(name) !== undefined && info.symbol(name) === symbols?.find(name)?.address,
    );
  return isNamed && !contradicts(dump, info, located);
}

/**
 * Whether a VMCOREINFO contradicts the known place of a kernel, its KASLR offset or its release.
 */
export function contradicts(dump: Dump, info: VmcoreInfo, located: LocatedKernel): boolean {
  const claim = vmcoreInfoClaim(info, dump);
  return (['imageOffset', 'kaslrOffset', 'release'] as const).some(
    (field) =>
      claim[field] !== undefined && located[field] !== null && claim[field] !== located[field],
  );
}
