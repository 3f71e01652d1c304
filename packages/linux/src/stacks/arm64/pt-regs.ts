import type { Kernel, KernelMemory, Registers, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import { readNamedWords } from '../named-words.ts';

/**
 * `struct user_pt_regs`, with which `struct pt_regs` begins. It is part of the kernel's interface,
 * so it never changes. Source: Linux, arch/arm64/include/uapi/asm/ptrace.h.
 */
export const ptRegsNames: readonly string[] = [
  ...Array.from({ length: 31 }, (_, index) => `x${index}`),
  'sp',
  'pc',
  'pstate',
];

/** Where a frame record of its own lies in `struct pt_regs`, whose end differs between kernels. */
export interface PtRegsLayout {
  readonly sizeInBytes: number;
  readonly recordOffset: number;
  /** Where a word says what the record is; null where no word does, as in 6.12. */
  readonly typeOffset: number | null;
}

/** Undefined where the kernel's types do not say. */
export const ptRegsLayoutOf: (kernel: Kernel) => PtRegsLayout | undefined = perKernel(
  ({ types }) => {
    const struct = types.struct('pt_regs');
    const record = struct?.member('stackframe');
    const size = struct?.sizeInBytes;
    return record === undefined || !size
      ? undefined
      : {
          sizeInBytes: size,
          recordOffset: record.offsetInBytes,
          typeOffset: struct?.member('stackframe.type')?.offsetInBytes ?? null,
        };
  },
);

/** The registers of a `pt_regs`. Throws `not-mapped` or `page-unreadable`. */
export function readPtRegs(memory: KernelMemory, address: VirtualAddress): Registers {
  return readNamedWords(memory, address, ptRegsNames);
}

const modeMask = 0xfn;

/**
 * Whether registers are a program's: EL0, or the user mode of 32 bits. Source: Linux,
 * arch/arm64/include/asm/ptrace.h (`user_mode`, PSR_MODE_EL0t).
 */
export function isUserMode(registers: Registers): boolean {
  const state = registers.get('pstate');
  return state !== undefined && (state & modeMask) === 0n;
}
