import type { ByteOrder, Registers } from '@vmcorekit/core';
import type { GdbRegister } from '../gdb-machine.ts';

/**
 * A register as `g` and `p` carry it: hexadecimal digits in the target's byte order, or an `x` for
 * each digit of one that is not known. A value that has more bits than the register is not known.
 */
export function registerText(
  { name, bitSize, from = name }: GdbRegister,
  registers: Registers | null,
  byteOrder: ByteOrder,
): string {
  const digitCount = bitSize / 4;
  const value = from === null ? undefined : registers?.get(from);
  if (value === undefined || value < 0n || value >> BigInt(bitSize) !== 0n) {
    return 'x'.repeat(digitCount);
  }
  const digits = value.toString(16).padStart(digitCount, '0');
  return byteOrder === 'big' ? digits : (digits.match(/../g) ?? []).toReversed().join('');
}
