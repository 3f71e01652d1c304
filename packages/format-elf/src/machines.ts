import { EM_386, EM_PPC64, EM_X86_64 } from './elf-constants.ts';

/** Names by e_machine, for 64-bit files and (where it differs) 32-bit ones. Source: gABI's e_machine list; the Linux kernel's names. */
const names: ReadonlyMap<number, string | readonly [wide: string, narrow: string]> = new Map<
  number,
  string | readonly [wide: string, narrow: string]
>([
  [2, 'sparc'],
  [EM_386, ['x86_64', 'i386']],
  [4, 'm68k'],
  [8, ['mips64', 'mips']],
  [15, ['parisc64', 'parisc']],
  [20, 'ppc'],
  [EM_PPC64, 'ppc64'],
  [22, ['s390x', 's390']],
  [40, 'arm'],
  [42, 'sh'],
  [43, 'sparc64'],
  [50, 'ia64'],
  [EM_X86_64, 'x86_64'],
  [183, 'arm64'],
  [243, ['riscv64', 'riscv32']],
  [258, ['loongarch64', 'loongarch32']],
  [0x9026, 'alpha'],
]);

/**
 * The architecture's name, or null for a machine this library has no name for. EM_386 in a 64-bit file is x86_64: QEMU takes the machine
 * from the mode its first CPU is in, so a guest still in firmware or a boot loader reads as a 386.
 */
export function architectureOf(e_machine: number, wordSizeInBits: 32 | 64): string | null {
  const name = names.get(e_machine);
  if (name === undefined || typeof name === 'string') {
    return name ?? null;
  }
  return wordSizeInBits === 64 ? name[0] : name[1];
}

/** The e_machine of an architecture's name, or undefined for a name this library does not give. */
export function machineOf(architecture: string): number | undefined {
  // A machine of that name only, before one that goes by two: EM_X86_64 before EM_386.
  const entries = [...names];
  const found =
    entries.find(([, name]) => name === architecture) ??
    entries.find(([, name]) => typeof name !== 'string' && name.includes(architecture));
  return found?.[0];
}

const usualPageSizes: ReadonlyMap<string, number> = new Map([
  ['ppc64', 64 * 1024],
  ['ia64', 16 * 1024],
  ['loongarch64', 16 * 1024],
  ['alpha', 8 * 1024],
  ['sparc64', 8 * 1024],
]);
const choosesPageSize: ReadonlySet<string> = new Set(['arm64', 'ppc64', 'mips', 'mips64', 'ia64', 'loongarch64']);

/**
 * The page size of a dump: what VMCOREINFO says, else the segments' alignment on architectures that come in several page sizes, else
 * the architecture's usual one. Both numbers are the file's word, so each is believed only if it is a page size that exists.
 */
export function pageSizeOf(architecture: string | null, vmcoreinfoPageSize: number | undefined, p_align: number): number {
  if (vmcoreinfoPageSize !== undefined && isPageSize(vmcoreinfoPageSize)) {
    return vmcoreinfoPageSize;
  }
  if (architecture !== null && choosesPageSize.has(architecture) && isPageSize(p_align)) {
    return p_align;
  }
  return usualPageSizes.get(architecture ?? '') ?? 4096;
}

function isPageSize(size: number): boolean {
  return size >= 4096 && size <= 256 * 1024 && Number.isInteger(Math.log2(size));
}
