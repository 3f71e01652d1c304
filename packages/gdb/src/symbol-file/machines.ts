import type { Kernel } from '@vmcorekit/core';
import type { ElfMachine } from './elf-file.ts';

/** What a symbol file says of one architecture. */
export interface SymbolFileMachine {
  /** `e_machine`. Source: System V gABI, "ELF Header"; Linux, include/uapi/linux/elf-em.h. */
  readonly elfMachine: number;
  /** `e_flags`, where a reader needs them. */
  readonly elfFlags?: number;
  /** Where a kernel's functions can be left: numbers of registers. */
  readonly frames?: FrameRegisters;
}

/** The registers of an architecture in DWARF. */
export interface FrameRegisters {
  /** DWARF's numbers, by this library's names. */
  readonly numbers: Readonly<Record<string, number>>;
  /** The program counter, whose column has the return address. */
  readonly programCounter: string;
  /** The register whose column has the return address of calls, where debuggers want that one. */
  readonly returnAddress?: string;
  readonly stackPointer: string;
  /** Whether the frame address is the caller's stack pointer; else that is not known. */
  readonly framesEndAtStackPointer: boolean;
  /** What a function hands back as it was, where no rule says more. */
  readonly keptByCalls: readonly string[];
}

const numbered = (names: readonly string[], first: number): Record<string, number> =>
  Object.fromEntries(names.map((name, index) => [name, first + index]));

const indexed = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Source: System V ABI of AMD64, figure 3.36. */
const x8664: FrameRegisters = {
  numbers: {
    ...numbered(['rax', 'rdx', 'rcx', 'rbx', 'rsi', 'rdi', 'rbp', 'rsp'], 0),
    ...numbered(['r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'rip'], 8),
    ...{ eflags: 49, cs: 51, ss: 52 },
  },
  programCounter: 'rip',
  stackPointer: 'rsp',
  keptByCalls: ['rbp'],
  framesEndAtStackPointer: true,
};

/** Source: System V ABI of Intel386, "DWARF Register Number Mapping". */
const i386: FrameRegisters = {
  numbers: {
    ...numbered(['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'], 0),
    ...{ eip: 8, eflags: 9 },
  },
  programCounter: 'eip',
  stackPointer: 'esp',
  keptByCalls: ['ebp'],
  framesEndAtStackPointer: true,
};

/**
 * gdb takes the program counter from the link register after calls, as that may be signed. Source:
 * DWARF for the Arm 64-bit Architecture, "DWARF register names".
 */
const arm64: FrameRegisters = {
  numbers: { ...numbered(indexed('x', 31), 0), sp: 31, pc: 32 },
  programCounter: 'pc',
  returnAddress: 'x30',
  stackPointer: 'sp',
  keptByCalls: [],
  framesEndAtStackPointer: false,
};

/**
 * The column of the program counter is none of a register: where code was interrupted, `ra` is
 * another. Source: RISC-V ELF psABI, "DWARF Register Numbers" (64, the alternate return column).
 */
const riscv64: FrameRegisters = {
  numbers: {
    ...numbered(['ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1'], 1),
    ...numbered(indexed('a', 8), 10),
    ...numbered(['s2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11'], 18),
    ...numbered(['t3', 't4', 't5', 't6'], 28),
    pc: 64,
  },
  programCounter: 'pc',
  stackPointer: 'sp',
  keptByCalls: [],
  framesEndAtStackPointer: true,
};

/** Source: ELF Application Binary Interface s390x Supplement, "DWARF Register Mapping". */
const s390x: FrameRegisters = {
  numbers: { ...numbered(indexed('r', 16), 0), psw_mask: 64, psw_addr: 65 },
  programCounter: 'psw_addr',
  stackPointer: 'r15',
  keptByCalls: [],
  framesEndAtStackPointer: true,
};

/**
 * No number is the program counter's: a free one stands for it, so that the link register may be
 * another where code was interrupted. Source: 64-Bit ELF V2 ABI Specification, "DWARF Register
 * Number Mapping".
 */
const ppc64: FrameRegisters = {
  numbers: { ...numbered(indexed('r', 32), 0), lr: 65, ctr: 66, nip: 99 },
  programCounter: 'nip',
  stackPointer: 'r1',
  keptByCalls: [],
  framesEndAtStackPointer: true,
};

/** Of these no stack is known, so gdb must not guess one: no frame is left. */
const arm: FrameRegisters = {
  numbers: numbered([...indexed('r', 13), 'sp', 'lr', 'pc'], 0),
  programCounter: 'pc',
  returnAddress: 'lr',
  stackPointer: 'sp',
  keptByCalls: [],
  framesEndAtStackPointer: true,
};
const loongarch64: FrameRegisters = {
  numbers: numbered(indexed('r', 32), 0),
  programCounter: 'r1',
  stackPointer: 'r3',
  keptByCalls: [],
  framesEndAtStackPointer: true,
};

/** By the name of the `Architecture`. */
const machines: Readonly<Record<string, SymbolFileMachine>> = {
  x86_64: { elfMachine: 62, frames: x8664 },
  i386: { elfMachine: 3, frames: i386 },
  arm64: { elfMachine: 183, frames: arm64 },
  // EF_ARM_EABI_VER5.
  arm: { elfMachine: 40, elfFlags: 0x0500_0000, frames: arm },
  riscv64: { elfMachine: 243, frames: riscv64 },
  s390x: { elfMachine: 22, frames: s390x },
  // The second version of its ABI, which little-endian kernels have always had.
  ppc64: { elfMachine: 21, elfFlags: 2, frames: ppc64 },
  loongarch64: { elfMachine: 258, elfFlags: 0x43, frames: loongarch64 },
};

/** The machine of a kernel; undefined for an architecture that is not known. */
export function symbolFileMachineOf({ dump }: Kernel): SymbolFileMachine | undefined {
  return machines[dump.architecture?.name ?? ''];
}

/** The ELF header's part of it. */
export function elfMachineOf(
  { elfMachine, elfFlags = 0 }: SymbolFileMachine,
  { memory: { byteOrder, wordSizeInBits } }: Kernel,
): ElfMachine {
  return {
    number: elfMachine,
    flags: elfFlags,
    byteOrder,
    wordSizeInBytes: wordSizeInBits === 64 ? 8 : 4,
  };
}
