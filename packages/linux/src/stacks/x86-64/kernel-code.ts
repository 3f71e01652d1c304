import type { Kernel, KernelMemory, VirtualAddress } from '@vmcorekit/core';
import { callTargetBefore } from './call-sites.ts';

const maxCallSizeInBytes = 7;
/**
 * How assembly of a kernel with retpolines calls through a register: a call of these instructions,
 * which lie right before it. They are `call 1f; 2: pause; lfence; jmp 2b`, and at 1 a jump to the
 * register. Source: Linux 4.15 to 5.12, arch/x86/include/asm/nospec-branch.h (RETPOLINE_CALL).
 */
const inlineRetpoline = [
  ...[0xe8, 0x07, 0x00, 0x00, 0x00],
  ...[0xf3, 0x90, 0x0f, 0xae, 0xe8, 0xeb, 0xf9],
];

/**
 * Whether an address follows a call: a direct one of a function's first instruction or of a
 * retpoline, or one through a register or memory. Source: Intel SDM volume 2, CALL (E8, FF /2).
 */
export function isAfterCall(kernel: Kernel, address: VirtualAddress): boolean {
  const target = callTargetBefore(kernel.memory, address);
  if (
    target !== undefined &&
    (kernel.symbols.at(target)?.address === target || isInlineRetpoline(kernel.memory, target))
  ) {
    return true;
  }
  const code = kernel.memory.tryRead(
    BigInt.asUintN(64, address - BigInt(maxCallSizeInBytes)),
    maxCallSizeInBytes,
  );
  return (
    code !== undefined &&
    [2, 3, 4, 6, 7].some(
      (size) => indirectCallSize(code.subarray(maxCallSizeInBytes - size)) === size,
    )
  );
}

function isInlineRetpoline(memory: KernelMemory, address: VirtualAddress): boolean {
  const code = memory.tryRead(address, inlineRetpoline.length);
  return code !== undefined && inlineRetpoline.every((byte, at) => code[at] === byte);
}

/** The length of the indirect call that code begins with; undefined for any other instruction. */
function indirectCallSize(code: Uint8Array): number | undefined {
  // REX.B stands for the registers r8 to r15.
  const prefix = code[0] === 0x41 ? 1 : 0;
  const form = code[prefix + 1] ?? 0;
  if (code[prefix] !== 0xff || ((form >> 3) & 7) !== 2) {
    return undefined;
  }
  const mode = form >> 6;
  const base = form & 7;
  const hasIndex = mode !== 3 && base === 4;
  const displacement =
    mode === 1
      ? 1
      : mode === 2 ||
          (mode === 0 && (base === 5 || (hasIndex && ((code[prefix + 2] ?? 0) & 7) === 5)))
        ? 4
        : 0;
  return prefix + 2 + (hasIndex ? 1 : 0) + displacement;
}
