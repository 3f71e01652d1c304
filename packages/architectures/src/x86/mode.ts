import type { Registers } from '@vmcorekit/core';

const CR0_PG = 1n << 31n;
/**
 * Always 1 on every processor since the Pentium, so a CR0 without it never came from one. Source:
 * Intel SDM volume 3, "Control Registers".
 */
const CR0_ET = 1n << 4n;
/**
 * The L bit of a code segment, where QEMU keeps the descriptor's second word. Source: Intel SDM
 * volume 3, "Segment Descriptors".
 */
const longModeCode = 1n << 21n;
/** The P bit, which the code segment of a running CPU always has. Source: as above. */
const presentSegment = 1n << 15n;
const privilegeMask = 3n;
/** As QEMU has them in a kernel of 64 bits, and in a program of 64 bits. */
const flagsOf64Bits = { kernel: 0xaf9b00n, program: 0xaffb00n } as const;
const endOf32Bits = 1n << 32n;

/** Undefined where nothing states them: absent, or zero in a note that was filled without them. */
function statedCodeFlags(registers: Registers): bigint | undefined {
  const flags = registers.get('cs_flags');
  return flags === undefined || (flags & presentSegment) === 0n ? undefined : flags;
}

/**
 * The flags of a CPU's code segment, for a note that must have some. Sources without them state
 * them by the instruction pointer: with paging on, one above 4 GiB is of 64-bit code. Zero, which
 * stands for unknown, where nothing states them.
 */
export function codeFlagsOf(registers: Registers): bigint {
  const [cr0, selector, pointer] = ['cr0', 'cs', 'rip'].map((name) => registers.get(name));
  const is64Bits =
    cr0 !== undefined && (cr0 & CR0_PG) !== 0n && pointer !== undefined && pointer >= endOf32Bits;
  const isKernel = selector !== undefined && (selector & privilegeMask) === 0n;
  return (
    statedCodeFlags(registers) ??
    (is64Bits && selector !== undefined ? flagsOf64Bits[isKernel ? 'kernel' : 'program'] : 0n)
  );
}

/**
 * The architecture whose code an x86 CPU runs. With paging on, a kernel in long mode has a code
 * segment with L set; a 32-bit kernel does not. Undefined without paging (firmware), where nothing
 * states the segment's flags, and for 32-bit user code, which both kernels may run.
 */
export function x86ModeOf(registers: Registers): 'x86_64' | 'i386' | undefined {
  const [cr0, selector] = ['cr0', 'cs'].map((name) => registers.get(name));
  const flags = statedCodeFlags(registers);
  if (cr0 === undefined || selector === undefined || flags === undefined || (cr0 & CR0_PG) === 0n) {
    return undefined;
  }
  if ((flags & longModeCode) !== 0n) {
    return 'x86_64';
  }
  return (selector & privilegeMask) === 0n ? 'i386' : undefined;
}

/**
 * Whether paging is on. Undefined for a CR0 that no processor has, such as zero in a note that was
 * never filled.
 */
export function isPaging(registers: Registers): boolean | undefined {
  const cr0 = registers.get('cr0');
  if (cr0 === undefined || (cr0 & (CR0_PG | CR0_ET)) === 0n) {
    return undefined;
  }
  return (cr0 & CR0_PG) !== 0n;
}

/**
 * Where a CPU's code is, from its instruction pointer: relative to the base of its code segment,
 * except in long mode, which has no base.
 */
export function instructionAddress(registers: Registers, pointerName: string): bigint | undefined {
  const pointer = registers.get(pointerName);
  const base = registers.get('cs_base') ?? 0n;
  const isLongMode = ((statedCodeFlags(registers) ?? longModeCode) & longModeCode) !== 0n;
  return pointer === undefined || isLongMode ? pointer : BigInt.asUintN(32, base + pointer);
}
