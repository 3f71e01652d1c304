import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';

const wordSizeInBytes = 8;

/** Where a CPU's lowcore lies; undefined where the kernel does not say. */
export function lowcoreOf({ memory, symbols }: Kernel, cpu: number): VirtualAddress | undefined {
  const lowcores = symbols.find('lowcore_ptr');
  const count = Math.floor((lowcores?.sizeInBytes ?? 0) / wordSizeInBytes);
  const at =
    lowcores === undefined || cpu >= count
      ? undefined
      : tryRead(() => memory.readPointer(lowcores.address + BigInt(cpu * wordSizeInBytes)));
  return at === 0n ? undefined : at;
}
