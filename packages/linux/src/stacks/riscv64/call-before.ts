import type { KernelMemory, VirtualAddress } from '@vmcorekit/core';
import { instructionAt, ra } from './instruction.ts';

/**
 * The target of the call that a return address follows; null where only a register had it, and
 * undefined where no call is there.
 */
export function callBefore(
  memory: KernelMemory,
  address: VirtualAddress,
): VirtualAddress | null | undefined {
  for (const size of [4, 2] as const) {
    const at = BigInt.asUintN(64, address - BigInt(size));
    const code = memory.tryRead(at, size);
    const instruction = code === undefined ? undefined : instructionAt(code, 0);
    if (instruction?.sizeInBytes === size && instruction.effect.kind === 'call') {
      const { distance, link } = instruction.effect;
      return link !== ra
        ? undefined
        : distance === null
          ? (pairTarget(memory, at) ?? null)
          : BigInt.asUintN(64, at + BigInt(distance));
    }
  }
  return undefined;
}

/** `auipc` and `jalr` through the same register call what is farther away. */
function pairTarget(memory: KernelMemory, jalr: VirtualAddress): VirtualAddress | undefined {
  const bytes = memory.tryRead(BigInt.asUintN(64, jalr - 4n), 8);
  if (bytes === undefined) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [upper, lower] = [view.getUint32(0, true), view.getUint32(4, true)];
  const isPair =
    (upper & 0x7f) === 0x17 &&
    (lower & 0x7f) === 0x67 &&
    ((upper >>> 7) & 31) === ((lower >>> 15) & 31);
  return isPair
    ? BigInt.asUintN(64, jalr - 4n + BigInt(upper & ~0xfff) + BigInt(lower >> 20))
    : undefined;
}
