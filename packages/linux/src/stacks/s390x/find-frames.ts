import type { Kernel } from '@vmcorekit/core';
import { onlyOf } from '../../without-types/agreement.ts';
import {
  areChained,
  type ChainForm,
  outermostFrame,
  type SleepingTasks,
} from '../../without-types/back-chains.ts';
import { foundStruct } from '../../without-types/found-struct.ts';
import type { FoundFrames } from '../stack-machine.ts';
import { frameAlignment, returnRegister } from './stack-frame.ts';

const wordSizeInBytes = 8;
const frameSizeInBytes = 160;
/**
 * `struct stack_frame` of packed stacks (`-mpacked-stack`) and of others. Source: Linux,
 * arch/s390/include/asm/stacktrace.h.
 */
const layouts = [
  { back_chain: 152, gprs: 72 },
  { back_chain: 0, gprs: 48 },
] as const;
/**
 * `user_pt_regs`, with which `pt_regs` begins. It is part of the kernel's interface. Source: Linux,
 * arch/s390/include/uapi/asm/ptrace.h.
 */
const ptRegs = { psw: 8, gprs: 24, leastSizeInBytes: 152, mostSizeInBytes: 512 } as const;

/**
 * Finds the layout of frames that makes the chains of nearly all sleeping tasks sound. Outermost
 * frames end where `pt_regs` begins, so they also show its size. Source: Linux,
 * arch/s390/include/asm/processor.h (STACK_INIT_OFFSET).
 */
export function findFrames(
  kernel: Pick<Kernel, 'memory' | 'symbols'>,
  sleeping: SleepingTasks,
): FoundFrames | undefined {
  const layout = onlyOf(layouts.filter((each) => areChained(kernel, sleeping, formOf(each))));
  const depth = layout && outermostFrame(kernel, sleeping, formOf(layout));
  if (layout === undefined || depth === undefined) {
    return undefined;
  }
  const stackSizeInBytes = sleeping.stackAlignmentInBytes;
  const size = stackSizeInBytes - depth - frameSizeInBytes;
  return size < ptRegs.leastSizeInBytes ||
    size > ptRegs.mostSizeInBytes ||
    size % wordSizeInBytes !== 0
    ? undefined
    : {
        stackSizeInBytes,
        structs: [
          structOf('stack_frame', frameSizeInBytes, layout),
          structOf('pt_regs', size, { psw: ptRegs.psw, gprs: ptRegs.gprs }),
        ],
      };
}

function formOf({ back_chain: linkOffset, gprs }: (typeof layouts)[number]): ChainForm {
  return {
    firstFrame: (_memory, stackPointer) => stackPointer,
    linkOffset,
    returnOffset: gprs + returnRegister * wordSizeInBytes,
    frameAlignment,
  };
}

function structOf(name: string, sizeInBytes: number, members: Readonly<Record<string, number>>) {
  const found = Object.entries(members).map(([path, offset]) => ({
    path,
    offset,
    kind: 'pointer' as const,
  }));
  return foundStruct(name, sizeInBytes, found, wordSizeInBytes);
}
