import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { type Routine, routineAt } from '../code/routine.ts';
import { stackMachineOf } from './stack-machines.ts';
import type { StackRegion } from './stack-regions.ts';

/** A word of a stack that is an address in a function. It may be left over from an earlier call. */
export interface TextOnStack {
  /** Where the word lies. */
  readonly at: VirtualAddress;
  readonly address: VirtualAddress;
  readonly routine: Routine;
}

/** The stack of a task itself; undefined for one that has none, and where it is not known. */
export function taskStackOf(kernel: Kernel, task: VirtualAddress): StackRegion | undefined {
  return tryRead(() => stackMachineOf(kernel)?.stacksOf(kernel, { task, cpu: null })[0]);
}

/** Every word of [from, to) that is an address in a function, ascending. Skips lost memory. */
export function* textOnStack(
  kernel: Kernel,
  from: VirtualAddress,
  to: VirtualAddress,
): Generator<TextOnStack, void, void> {
  const { memory } = kernel;
  const size = BigInt(memory.wordSizeInBits / 8);
  for (let at = from - (from % size); at + size <= to; at += size) {
    const address = at < from ? undefined : tryRead(() => memory.readPointer(at));
    const routine = address === undefined ? undefined : routineAt(kernel, address);
    if (address !== undefined && routine !== undefined) {
      yield { at, address, routine };
    }
  }
}
