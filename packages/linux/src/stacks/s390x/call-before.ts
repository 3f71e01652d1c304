import { type Kernel, uint32At, type VirtualAddress } from '@vmcorekit/core';
import type { CallBefore } from '../caller-by-link.ts';

/** Calls that keep the return address in register 14, by their first bytes (0xe is its number). */
const longCall = { sizeInBytes: 6, mask: 0xffff, value: 0xc0e5 }; // brasl
const shortCall = { sizeInBytes: 4, mask: 0xffff, value: 0xa7e5 }; // bras
const registerCall = { sizeInBytes: 2, mask: 0xfff0, value: 0x0de0 }; // basr

/**
 * The call that a return address follows. Instructions have 2, 4 or 6 bytes, so that a shorter call
 * may be the end of another instruction: the longest that fits is taken. Source: z/Architecture
 * Principles of Operation (BRASL, BRAS, BASR).
 */
export function callBefore({ memory }: Kernel, address: VirtualAddress): CallBefore {
  const at = BigInt.asUintN(64, address - BigInt(longCall.sizeInBytes));
  const bytes = memory.tryRead(at, longCall.sizeInBytes);
  if (bytes === undefined) {
    return undefined;
  }
  const halfword = (offset: number): number =>
    ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
  const is = ({ sizeInBytes, mask, value }: typeof longCall): boolean =>
    (halfword(bytes.length - sizeInBytes) & mask) === value;
  // Distances count halfwords.
  const to = (from: VirtualAddress, distance: number): CallBefore => ({
    targets: [BigInt.asUintN(64, from + 2n * BigInt(distance))],
  });
  if (is(longCall)) {
    return to(at, uint32At(bytes, 2, 'big') | 0);
  }
  if (is(shortCall)) {
    return to(address - BigInt(shortCall.sizeInBytes), (halfword(4) << 16) >> 16);
  }
  return is(registerCall) ? 'indirect' : undefined;
}
