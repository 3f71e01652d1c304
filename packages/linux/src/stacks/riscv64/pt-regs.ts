import type { Kernel, KernelMemory, Registers, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import { readNamedWords } from '../named-words.ts';

/**
 * `struct pt_regs`, which is at once the start of `user_regs_struct`, part of the kernel's
 * interface. Source: Linux, arch/riscv/include/asm/ptrace.h.
 */
export const ptRegsNames: readonly string[] = [
  ...['pc', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1'],
  ...Array.from({ length: 8 }, (_, index) => `a${index}`),
  ...Array.from({ length: 10 }, (_, index) => `s${index + 2}`),
  ...['t3', 't4', 't5', 't6', 'status'],
];

/** The stack pointer stays a multiple of it. Source: RISC-V calling convention. */
const stackAlignmentInBytes = 16;
/** SPP: what was interrupted ran in supervisor mode. Source: the privileged architecture. */
const previousPrivilege = 0x100n;
/** Addresses of programs lie in the lower half. */
const kernelHalf = 1n << 63n;

/** The registers of a `pt_regs`. Throws `not-mapped` or `page-unreadable`. */
export function readPtRegs(memory: KernelMemory, address: VirtualAddress): Registers {
  return readNamedWords(memory, address, ptRegsNames);
}

/** PT_SIZE_ON_STACK; undefined where the kernel's types do not say. */
export const ptRegsSizeOf: (kernel: Kernel) => bigint | undefined = perKernel(({ types }) => {
  const size = types.struct('pt_regs')?.sizeInBytes;
  return size ? BigInt(Math.ceil(size / stackAlignmentInBytes) * stackAlignmentInBytes) : undefined;
});

/** Whether an address is in the kernel's half. */
export function isKernelAddress(address: VirtualAddress): boolean {
  return address >= kernelHalf;
}

/** Whether registers are a program's. Notes of CPUs do not have `status`. */
export function isUserMode(registers: Registers): boolean {
  const status = registers.get('status');
  return status === undefined
    ? !isKernelAddress(registers.get('pc') ?? kernelHalf)
    : (status & previousPrivilege) === 0n;
}
