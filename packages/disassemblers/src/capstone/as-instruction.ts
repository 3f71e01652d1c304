import type { CapstoneInstruction } from '@alexaltea/capstone-js';
import type { Instruction, VirtualAddress } from '@vmcorekit/core';
import type { CapstoneMachine } from './machines.ts';

const lastNumber = /(^|[ ,])#?(-?)(0x[0-9a-f]+|\d+)$/;
/** An immediate without a sign; Capstone writes one of the upper half in decimal. */
const unsignedImmediate = /\$(\d{19,20})\b/g;
const upperHalf = 1n << 63n;
const byProgramCounter = /^\*?(-?)(0x[0-9a-f]+|\d+)?\(%rip\)|[ ,](-?)(0x[0-9a-f]+|\d+)?\(%rip\)/;

/** An instruction of Capstone, with the address that it names. */
export function asInstruction(
  { address: signed, size: lengthInBytes, mnemonic, op_str: written }: CapstoneInstruction,
  machine: CapstoneMachine,
): Instruction {
  const { wordSizeInBits, isX86, withTarget, isRelative, hasSpaces } = machine;
  const wrapped = (value: bigint): VirtualAddress => BigInt.asUintN(wordSizeInBits, value);
  const address = wrapped(BigInt(signed));
  let operands = hasSpaces === true ? written : written.replaceAll(', ', ',');
  let target: VirtualAddress | null = null;
  const last = withTarget.test(mnemonic) ? lastNumber.exec(operands) : null;
  if (last !== null) {
    const [, before = '', sign, digits = ''] = last;
    const value = BigInt(digits) * (sign === '-' ? -1n : 1n);
    target = wrapped(isRelative === true ? address + value : value);
    operands = `${operands.slice(0, last.index)}${before}0x${target.toString(16)}`;
  } else if (isX86 === true) {
    operands = operands.replaceAll(unsignedImmediate, (text, digits: string) =>
      BigInt(digits) < upperHalf ? text : `$0x${BigInt(digits).toString(16)}`,
    );
    const match = byProgramCounter.exec(operands);
    if (match !== null) {
      const [, sign1, digits1, sign2, digits2] = match;
      const distance = BigInt(digits1 ?? digits2 ?? 0);
      const isBack = (sign1 ?? '') === '-' || (sign2 ?? '') === '-';
      target = wrapped(address + BigInt(lengthInBytes) + (isBack ? -distance : distance));
    }
  }
  return { address, lengthInBytes, mnemonic: mnemonic.trim(), operands: operands.trim(), target };
}
