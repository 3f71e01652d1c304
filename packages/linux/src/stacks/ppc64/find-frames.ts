import type { Kernel } from '@vmcorekit/core';
import { areChained, type ChainForm, type SleepingTasks } from '../../without-types/back-chains.ts';
import type { FoundFrames } from '../stack-machine.ts';
import { frameAlignment, linkSaveOffset } from './stack-frame.ts';

/** A task is switched out in a frame of `_switch`, which has its return address in the next. */
const form: ChainForm = {
  firstFrame: (memory, stackPointer) => memory.readPointer(stackPointer),
  linkOffset: 0,
  returnOffset: Number(linkSaveOffset),
  frameAlignment,
};

/** The ABI says where a frame has its links, so only the size of a stack is found. */
export function findFrames(
  kernel: Pick<Kernel, 'memory' | 'symbols'>,
  sleeping: SleepingTasks,
): FoundFrames | undefined {
  return areChained(kernel, sleeping, form)
    ? { structs: [], stackSizeInBytes: sleeping.stackAlignmentInBytes }
    : undefined;
}
