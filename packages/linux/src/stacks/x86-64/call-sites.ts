import { type KernelMemory, uint32At, type VirtualAddress } from '@vmcorekit/core';

/** `call rel32`: one byte, then the distance from the next instruction. Source: Intel SDM. */
const callOpcode = 0xe8;
const callSizeInBytes = 5;
const wordSizeInBytes = 8n;
/** A stack of the kernel is far smaller. */
const maxSearchInBytes = 0x10000n;

/** A return address on a stack. */
export interface CallSite {
  readonly slot: VirtualAddress;
  readonly address: VirtualAddress;
}

/**
 * The target of the direct call that a return address follows; undefined where the instruction
 * before it is no direct call, or cannot be read.
 */
export function callTargetBefore(
  memory: KernelMemory,
  address: VirtualAddress,
): VirtualAddress | undefined {
  const bytes = memory.tryRead(
    BigInt.asUintN(64, address - BigInt(callSizeInBytes)),
    callSizeInBytes,
  );
  return bytes?.[0] === callOpcode
    ? BigInt.asUintN(64, address + BigInt(uint32At(bytes, 1, 'little') | 0))
    : undefined;
}

/**
 * The innermost return address on a stack that a direct call to a function left. No other word of a
 * stack looks so: it points after a call of exactly this function. Throws as memory does.
 */
export function callerOf(
  memory: KernelMemory,
  start: VirtualAddress,
  { from, to }: { readonly from: VirtualAddress; readonly to: VirtualAddress },
  isCode: (address: VirtualAddress) => boolean,
): CallSite | undefined {
  const end = to - from > maxSearchInBytes ? from + maxSearchInBytes : to;
  const aligned = (from + wordSizeInBytes - 1n) & -wordSizeInBytes;
  for (let slot = aligned; slot + wordSizeInBytes <= end; slot += wordSizeInBytes) {
    const address = memory.readUint64(slot);
    if (isCode(address) && callTargetBefore(memory, address) === start) {
      return { slot, address };
    }
  }
  return undefined;
}
