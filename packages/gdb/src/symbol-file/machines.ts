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
  readonly stackPointer: string;
  /** What a function hands back as it was, where no rule says more. */
  readonly keptByCalls: readonly string[];
  /** Of code: what the distance between rows is a multiple of. */
  readonly codeAlignment: number;
}

const numbered = (names: readonly string[], first: number): Record<string, number> =>
  Object.fromEntries(names.map((name, index) => [name, first + index]));

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
  codeAlignment: 1,
};

/** By the name of the `Architecture`. */
const machines: Readonly<Record<string, SymbolFileMachine>> = {
  x86_64: { elfMachine: 62, frames: x8664 },
  i386: { elfMachine: 3 },
  arm64: { elfMachine: 183 },
  // EF_ARM_EABI_VER5.
  arm: { elfMachine: 40, elfFlags: 0x0500_0000 },
  riscv64: { elfMachine: 243 },
  s390x: { elfMachine: 22 },
  // The second version of its ABI, which little-endian kernels have always had.
  ppc64: { elfMachine: 21, elfFlags: 2 },
  loongarch64: { elfMachine: 258, elfFlags: 0x43 },
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
