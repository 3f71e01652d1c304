import { type Kernel, tryRead, uint32At, type VirtualAddress } from '@vmcorekit/core';
import { codeAt } from '../code-at.ts';
import { withoutSignature } from './code-pointer.ts';
import type { RecordState } from './frame-record.ts';

const instructionSizeInBytes = 4;

/** `bl`: six bits, then the distance in instructions. Source: Arm ARM, C6.2 (BL). */
const directCall = { mask: 0xfc00_0000, value: 0x9400_0000 };
const distanceBits = 26;
/** `blr`, and with a signed pointer `blraa`, `blrab`, `blraaz` and `blrabz` (C6.2). */
const indirectCalls = [
  { mask: 0xffff_fc1f, value: 0xd63f_0000 },
  { mask: 0xfeff_f800, value: 0xd63f_0800 },
] as const;

/**
 * The caller of an interrupted function, by its link register. A leaf function never makes a frame
 * record, and others have none in their first and last instructions. Undefined where the function
 * has its record, or has called others: then the register points into the function itself. It is
 * proved where the register follows a call of just this function; else it is a guess.
 */
export function linkedCaller(kernel: Kernel, state: RecordState): RecordState | undefined {
  const { memory, symbols } = kernel;
  const { pc, fp, registers } = state;
  const link = registers.get('x30');
  const own = symbols.at(pc, 'exact');
  if (link === undefined || own === undefined) {
    return undefined;
  }
  const address = withoutSignature(kernel, link);
  const saved = tryRead(() => memory.readUint64(BigInt.asUintN(64, fp + 8n)));
  const isSaved = saved !== undefined && withoutSignature(kernel, saved) === address;
  if (
    isSaved ||
    codeAt(kernel, address - 1n) === undefined ||
    symbols.at(address, 'return')?.address === own.address
  ) {
    return undefined;
  }
  const target = callBefore(kernel, address);
  const isProved = target === own.address;
  return target === undefined
    ? undefined
    : {
        ...state,
        pc: address,
        start: fp,
        isExact: false,
        registers: new Map(),
        isGuess: !isProved,
        note: isProved ? null : 'only the link register shows this caller',
      };
}

/**
 * The target of the call that a return address follows; null where only a register had it, and
 * undefined where no call is there.
 */
function callBefore(
  { memory }: Kernel,
  address: VirtualAddress,
): VirtualAddress | null | undefined {
  const at = BigInt.asUintN(64, address - BigInt(instructionSizeInBytes));
  const bytes = memory.tryRead(at, instructionSizeInBytes);
  // Code is little-endian on every machine.
  const code = bytes === undefined ? 0 : uint32At(bytes, 0, 'little');
  const is = ({ mask, value }: { readonly mask: number; readonly value: number }) =>
    (code & mask) >>> 0 === value;
  if (is(directCall)) {
    const distance = BigInt.asIntN(distanceBits, BigInt(code)) * BigInt(instructionSizeInBytes);
    return BigInt.asUintN(64, at + distance);
  }
  return indirectCalls.some(is) ? null : undefined;
}
