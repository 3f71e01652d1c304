import { type KernelMemory, type Registers, uint64At, type VirtualAddress } from '@vmcorekit/core';
import { readFilled } from '../../zero-page.ts';

/**
 * `struct pt_regs` of x86-64, which the hardware's own frame ends. Unchanged since Linux 2.6.
 * Source: Linux, arch/x86/include/asm/ptrace.h.
 */
export const ptRegsNames: readonly string[] = [
  ...['r15', 'r14', 'r13', 'r12', 'rbp', 'rbx', 'r11', 'r10', 'r9', 'r8', 'rax', 'rcx', 'rdx'],
  ...['rsi', 'rdi', 'orig_rax', 'rip', 'cs', 'eflags', 'rsp', 'ss'],
];
const firstOfHardware = ptRegsNames.indexOf('rip');

/** Of `struct pt_regs`. */
export const ptRegsSizeInBytes: number = 8 * ptRegsNames.length;

const privilegeMask = 3n;
const userPrivilege = 3n;

/** All registers of a `pt_regs`. Throws `not-mapped` or `page-unreadable`. */
export function readPtRegs(memory: KernelMemory, address: VirtualAddress): Registers {
  return readFrom(memory, address, 0);
}

/** The registers that the processor itself pushes. Throws as `readPtRegs` does. */
export function readHardwareFrame(memory: KernelMemory, address: VirtualAddress): Registers {
  return readFrom(memory, address, firstOfHardware);
}

function readFrom(memory: KernelMemory, address: VirtualAddress, first: number): Registers {
  const present = ptRegsNames.slice(first);
  const bytes = readFilled(memory, address, 8 * present.length);
  return new Map(present.map((name, index) => [name, uint64At(bytes, 8 * index, 'little')]));
}

/** Whether a code segment belongs to user mode: the privilege bits of its selector. */
export function isUserMode(registers: Registers): boolean {
  return ((registers.get('cs') ?? 0n) & privilegeMask) === userPrivilege;
}
