import { type KernelMemory, type Registers, uint32At, type VirtualAddress } from '@vmcorekit/core';
import { readFilled } from '../../zero-page.ts';

/**
 * `struct pt_regs` of i386, in words of four bytes. Source: Linux, arch/x86/include/asm/ptrace.h.
 */
export const ptRegsNames: readonly string[] = [
  ...['ebx', 'ecx', 'edx', 'esi', 'edi', 'ebp', 'eax', 'ds', 'es', 'fs', 'gs', 'orig_eax'],
  ...['eip', 'cs', 'eflags', 'esp', 'ss'],
];
const wordSizeInBytes = 4;

/** Of `struct pt_regs`. */
export const ptRegsSizeInBytes: number = wordSizeInBytes * ptRegsNames.length;

/** The processor pushes `esp` and `ss` only where it leaves user mode. */
const stackPointerOffset = BigInt(wordSizeInBytes * ptRegsNames.indexOf('esp'));
const privilegeMask = 3n;
const userPrivilege = 3n;
/**
 * In the upper half of `cs`, which no processor writes: the kernel was interrupted, and its code
 * completed the frame. Source: Linux, arch/x86/entry/entry_32.S (CS_FROM_KERNEL, since 5.3).
 */
const fromKernel = 0x2000_0000n;

/** All registers of a `pt_regs`. Throws `not-mapped` or `page-unreadable`. */
export function readPtRegs(memory: KernelMemory, address: VirtualAddress): Registers {
  const bytes = readFilled(memory, address, ptRegsSizeInBytes);
  const registers = new Map(
    ptRegsNames.map((name, index) => [
      name,
      BigInt(uint32At(bytes, wordSizeInBytes * index, memory.byteOrder)),
    ]),
  );
  if (!isUserMode(registers) && ((registers.get('cs') ?? 0n) & fromKernel) === 0n) {
    registers.set('esp', address + stackPointerOffset);
    registers.delete('ss');
  }
  return registers;
}

/** Whether a code segment belongs to user mode: the privilege bits of its selector. */
export function isUserMode(registers: Registers): boolean {
  return ((registers.get('cs') ?? 0n) & privilegeMask) === userPrivilege;
}
