import type { Registers } from '@vmcorekit/core';
import type { StackMachine } from './stack-machine.ts';

/** Whose the instruction and stack pointers are, by the names of these registers. */
export function pointersByMode(
  isUserMode: (registers: Registers) => boolean,
  instruction: string,
  stack: string,
): Pick<StackMachine, 'stackPointerIn' | 'programIn'> {
  return {
    stackPointerIn: (registers) => (isUserMode(registers) ? undefined : registers.get(stack)),
    programIn: (registers) =>
      isUserMode(registers)
        ? [registers.get(instruction) ?? 0n, registers.get(stack) ?? 0n]
        : undefined,
  };
}
