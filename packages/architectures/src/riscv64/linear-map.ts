import type { PhysicalMemory, TranslationRoot } from '@vmcorekit/core';
import { areLinear, comparedRuns } from '../linear-runs.ts';
import { mappedRuns } from '../radix/mapped-runs.ts';
import { topTableOf } from './root.ts';

/**
 * Where the linear map begins, by the number of levels. Releases differ with Sv39; the newest comes
 * first (6.12 has it). Source: Linux, arch/riscv/include/asm/page.h (PAGE_OFFSET_L3 to L5),
 * arch/riscv/Kconfig (PAGE_OFFSET), Documentation/arch/riscv/vm-layout.rst.
 */
const starts: Readonly<Record<number, readonly bigint[]>> = {
  3: [0xffff_ffd6_0000_0000n, 0xffff_ffd8_0000_0000n, 0xffff_ffe0_0000_0000n],
  4: [0xffff_af80_0000_0000n],
  5: [0xff60_0000_0000_0000n],
};
/** Modules, BPF and the image lie in the last 4 GiB. */
const end = 0xffff_ffff_0000_0000n;
/** The kernel maps memory in large pages where it can, so the map begins at such a place. */
const alignment = 0x20_0000n;

/**
 * Whether a root maps physical memory linearly from PAGE_OFFSET on, as the roots of a running
 * kernel do. The tables that a kernel boots with map the image alone.
 */
export function mapsLinearly(memory: PhysicalMemory, root: TranslationRoot): boolean {
  const top = topTableOf(root);
  return (starts[top.format.indexBits.length] ?? []).some((start) =>
    areLinear(mappedRuns(memory, top, start, end, comparedRuns), alignment),
  );
}
