import type { Registers } from '@vmcorekit/core';
import type { GdbMachine } from '../gdb-machine.ts';
import { generalRegisters, x86Control, x86Core } from './x86.ts';

const general = [
  ...['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp', 'rsp'],
  ...['r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'],
];
const segmentBases = ['fs_base', 'gs_base'];

/** What `swapgs` brings: the kernel's or a program's, whichever is not in use. */
const otherBase = { name: 'k_gs_base', bitSize: 64, from: 'kernel_gs_base' };

/** The privilege bits of a code segment's selector. */
const privilegeMask = 3n;
const userPrivilege = 3n;

/**
 * In the kernel, its note has the GS base of the process in place of the one in use. Nothing marks
 * such a note for sure, so the value has no other name either. Source: Linux,
 * arch/x86/include/asm/elf.h, ELF_CORE_COPY_REGS: MSR_KERNEL_GS_BASE.
 */
function adaptKernelNote(registers: Registers): Registers {
  const isOfProgram = ((registers.get('cs') ?? 0n) & privilegeMask) === userPrivilege;
  return isOfProgram ? registers : new Map([...registers].filter(([name]) => name !== 'gs_base'));
}

/** Source: gdb's manual, "i386 Features"; the names of control registers are QEMU's. */
export const x8664: GdbMachine = {
  architecture: 'x86_64',
  gdbArchitecture: 'i386:x86-64',
  adaptKernelNote,
  features: [
    x86Core(generalRegisters(64, general, ['rbp', 'rsp']), { name: 'rip', bitSize: 64 }, 'rflags'),
    {
      name: 'org.gnu.gdb.i386.segments',
      registers: generalRegisters(64, segmentBases, []),
    },
    {
      ...x86Control(64),
      registers: [...x86Control(64).registers, otherBase],
    },
  ],
};
