import type { Kernel, KernelMemory, Registers, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import { readNamedWords } from '../named-words.ts';

/** What every frame's address is a multiple of. */
export const frameAlignment = 8n;
/** `gprs` of a frame. */
const kept = ['r6', 'r7', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];
/** Its place in `gprs`. */
export const returnRegister: number = kept.indexOf('r14');
const wordSizeInBytes = 8;

/** Where a frame keeps its links. */
export interface StackFrameLayout {
  /** `pt_regs` of an interrupted context lie after a frame of this size. */
  readonly sizeInBytes: number;
  readonly backChainOffset: number;
  /** The return address of the function that this frame's one called. */
  readonly returnAddressOffset: number;
}

/**
 * The layout of a frame: that of packed stacks (`-mpacked-stack`) has the back chain at its end.
 * Undefined where the kernel's types do not say. Source: Linux, arch/s390/include/asm/stacktrace.h
 * (struct stack_frame).
 */
export const stackFrameLayoutOf: (kernel: Kernel) => StackFrameLayout | undefined = perKernel(
  ({ types }) => {
    const struct = types.struct('stack_frame');
    const [chain, saved] = ['back_chain', 'gprs'].map(
      (name) => struct?.member(name)?.offsetInBytes,
    );
    const sizeInBytes = struct?.sizeInBytes;
    return chain === undefined || saved === undefined || !sizeInBytes
      ? undefined
      : {
          sizeInBytes,
          backChainOffset: chain,
          returnAddressOffset: saved + returnRegister * wordSizeInBytes,
        };
  },
);

/** What the function of a frame keeps for its caller there: r6 to r15. */
export function savedRegisters(
  memory: KernelMemory,
  frame: VirtualAddress,
  { returnAddressOffset }: StackFrameLayout,
): Registers {
  const offset = returnAddressOffset - returnRegister * wordSizeInBytes;
  return readNamedWords(memory, frame + BigInt(offset), kept);
}
