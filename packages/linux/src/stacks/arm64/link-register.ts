import { type Kernel, uint32At, type VirtualAddress } from '@vmcorekit/core';
import { type CallBefore, callerByLink } from '../caller-by-link.ts';
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
  const { pc, fp, registers } = state;
  const addressIn = (word: bigint) => withoutSignature(kernel, word);
  const link = registers.get('x30');
  const caller = callerByLink(kernel, {
    pc,
    link: link === undefined ? undefined : addressIn(link),
    savedAt: BigInt.asUintN(64, fp + 8n),
    callBefore: (address) => callBefore(kernel, address),
    addressIn,
  });
  return caller === undefined
    ? undefined
    : { ...state, ...caller, start: fp, isExact: false, registers: new Map() };
}

/** The call that a return address follows. */
function callBefore({ memory }: Kernel, address: VirtualAddress): CallBefore {
  const at = BigInt.asUintN(64, address - BigInt(instructionSizeInBytes));
  const bytes = memory.tryRead(at, instructionSizeInBytes);
  // Code is little-endian on every machine.
  const code = bytes === undefined ? 0 : uint32At(bytes, 0, 'little');
  const is = ({ mask, value }: { readonly mask: number; readonly value: number }) =>
    (code & mask) >>> 0 === value;
  if (is(directCall)) {
    const distance = BigInt.asIntN(distanceBits, BigInt(code)) * BigInt(instructionSizeInBytes);
    return { targets: [BigInt.asUintN(64, at + distance)] };
  }
  return indirectCalls.some(is) ? 'indirect' : undefined;
}
