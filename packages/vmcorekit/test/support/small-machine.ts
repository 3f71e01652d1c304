import { buildLinuxKernel, SparseMemory } from '@vmcorekit/testing';

const endOfMemory = 0x2400000;

/** Of the kernel in `smallMachine`. */
export const physBase = 0x600000;

/** The memory of a machine with a kernel, from address 0, and the registers of its only CPU. */
export function smallMachine() {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: endOfMemory }] });
  const { root, symbols } = buildLinuxKernel({
    memory,
    physBase,
    kaslrOffset: 0,
    vmcoreInfoAt: 0x2080000,
    tablesFrom: 0x2000000,
    directMapSizeInBytes: endOfMemory,
  });
  return {
    bytes: memory.read(0, endOfMemory),
    registers: {
      rip: symbols.get('_text') ?? 0n,
      cr0: 0x80050033n,
      cr3: BigInt(root),
      cr4: 0x6a0n,
    },
  };
}
