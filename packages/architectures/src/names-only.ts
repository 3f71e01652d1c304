import type { Architecture } from '@vmcorekit/core';

/**
 * Machines whose dumps open and name themselves; this package knows no more about them. Source:
 * gABI's e_machine list; the Linux kernel's names, and the page sizes in each architecture's
 * Kconfig files.
 */
export const namesOnly: readonly Architecture[] = [
  named('sparc', 2, 32, 'any'),
  { ...named('m68k', 4, 32, 'any'), pageSizesInBytes: [4096, 8192] },
  { ...named('parisc64', 15, 64), pageSizesInBytes: [4096, 16_384, 65_536] },
  named('parisc', 15, 32),
  { ...named('ppc', 20, 32, 'any'), pageSizesInBytes: [4096, 16_384, 65_536, 262_144] },
  named('s390', 22, 32),
  { ...named('sh', 42, 32, 'any'), pageSizesInBytes: [4096, 8192, 65_536] },
  { ...named('sparc64', 43, 64, 'any'), pageSizesInBytes: [8192] },
  { ...named('ia64', 50, 64, 'any'), pageSizesInBytes: [16_384, 4096, 8192, 65_536] },
  named('riscv32', 243, 32),
  named('loongarch32', 258, 32),
  { ...named('alpha', 0x9026, 64, 'any'), pageSizesInBytes: [8192] },
];

/** `file` is the ELF class that the machine number needs. */
function named(
  name: string,
  machine: number,
  wordSizeInBits: 32 | 64,
  file: 32 | 64 | 'any' = wordSizeInBits,
): Architecture {
  return {
    name,
    machines: { elf: [{ machine, wordSizeInBits: file }], utsname: [name] },
    wordSizeInBits,
    pageSizesInBytes: [4096],
  };
}
