import { startOf } from './iomem.ts';
import {
  demandEqual,
  kernelRoot,
  knownSymbol,
  type LocationStatements,
  locationOf,
  noteHex,
  noteNumber,
  symbol,
} from './location.ts';
import type { KernelLocation } from './truth.ts';

/** The image's header lies before `_text`. Source: Linux, arch/riscv/kernel/vmlinux.lds.S. */
const headerInBytes = 0x2000n;
/** Levels of page tables by `NUMBER(VA_BITS)`: Sv39, Sv48, Sv57. */
const levelsByBits: ReadonlyMap<bigint, number> = new Map([
  [39n, 3],
  [48n, 4],
  [57n, 5],
]);

/** riscv64: VMCOREINFO has `va_kernel_pa_offset`, and /proc/iomem must agree. */
export function locateRiscv64(statements: LocationStatements): KernelLocation {
  const text = knownSymbol(statements, '_text') ?? symbol(statements, '_stext');
  const kernelCodeStart = startOf(statements.memoryMap, 'Kernel code');
  const imageOffset = noteNumber(statements, 'va_kernel_pa_offset') ?? text - kernelCodeStart;
  demandEqual('va_kernel_pa_offset', text - kernelCodeStart, imageOffset);
  const linkAddress = noteNumber(statements, 'KERNEL_LINK_ADDR');
  const moved = linkAddress === undefined ? undefined : text - headerInBytes - linkAddress;
  const kaslrOffset = noteHex(statements, 'KERNELOFFSET') ?? moved; // Since 7.x; always 0 before.
  if (moved !== undefined && kaslrOffset !== undefined) {
    demandEqual('the KASLR offset', moved, kaslrOffset);
  }
  return locationOf({
    text,
    imageOffset,
    kaslrOffset: kaslrOffset ?? null,
    root: kernelRoot(statements),
    pagingLevels: levelsByBits.get(noteNumber(statements, 'VA_BITS') ?? 0n) ?? null,
  });
}
