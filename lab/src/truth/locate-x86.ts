import { startOf } from './iomem.ts';
import {
  configured,
  demandEqual,
  kernelRoot,
  type LocationStatements,
  locationOf,
  noteNumber,
  statedKaslrOffset,
  symbol,
} from './location.ts';
import type { KernelLocation } from './truth.ts';

/**
 * The start of the kernel's image map: `__START_KERNEL_map`, or i386's `PAGE_OFFSET` with the usual
 * 3 GB/1 GB split.
 */
const imageMapStarts: Readonly<Record<'x86_64' | 'i386', bigint>> = {
  x86_64: 0xffffffff80000000n,
  i386: 0xc0000000n,
};

export function locateX86(
  statements: LocationStatements,
  architecture: 'x86_64' | 'i386',
): KernelLocation {
  const imageMapStart = imageMapStarts[architecture];
  const text = symbol(statements, '_text');
  const kernelCodeStart = startOf(statements.memoryMap, 'Kernel code');
  const physBase = kernelCodeStart - (text - imageMapStart);
  const kaslrOffset = text - (imageMapStart + configured(statements, 'CONFIG_PHYSICAL_START'));
  const statedPhysBase = noteNumber(statements, 'phys_base');
  if (statedPhysBase !== undefined) {
    demandEqual('phys_base', physBase, statedPhysBase);
  }
  // i386 exports no KERNELOFFSET.
  if (architecture === 'x86_64') {
    demandEqual('the KASLR offset', kaslrOffset, statedKaslrOffset(statements));
  }
  return locationOf({
    text,
    imageOffset: text - kernelCodeStart,
    ...(architecture === 'x86_64' ? { physBase } : {}),
    kaslrOffset,
    root: kernelRoot(statements),
    pagingLevels: architecture === 'x86_64' ? levelsOf64(statements) : levelsOf32(statements),
  });
}

function levelsOf64({ vmcoreinfo }: LocationStatements): number {
  return vmcoreinfo['NUMBER(pgtable_l5_enabled)'] === '1' ? 5 : 4;
}

function levelsOf32({ configuration }: LocationStatements): number {
  return configuration.has('CONFIG_X86_PAE') ? 3 : 2;
}
