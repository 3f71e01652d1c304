import type { Kernel, Registers } from '@vmcorekit/core';
import type { CallFrameRule, CallFrames } from '../call-frame.ts';
import { followWalk, savedWords } from '../follow-walk.ts';
import type { FrameModel } from '../frame-model.ts';
import { linkedCallFrames } from '../linked-call-frames.ts';
import { backChainRules, type ChainState } from './back-chain.ts';
import { ptRegsLayoutOf, registerNames } from './pt-regs.ts';
import { type StackFrameLayout, stackFrameLayoutOf } from './stack-frame.ts';

const plain = { isSignal: false, savedAt: {}, kept: [] };

/** The caller's frame is where the back chain leads; the return address lies in it. */
function byChain({ backChainOffset, returnAddressOffset }: StackFrameLayout): CallFrameRule {
  return {
    ...plain,
    frame: { register: 'r15', offset: backChainOffset, load: 'last' },
    saved: { psw_addr: returnAddressOffset },
  };
}

/** A function without a frame: its caller is in the link register. */
const byLink: CallFrameRule = {
  ...plain,
  frame: { register: 'r15', offset: 0, load: 'none' },
  saved: {},
  copied: { psw_addr: 'r14' },
};

/** The outermost frame of a stack, after which lie the `pt_regs` of what entered the kernel. */
function byPtRegs(kernel: Kernel, frameSizeInBytes: number): readonly CallFrameRule[] {
  const layout = ptRegsLayoutOf(kernel);
  if (layout === undefined) {
    return [];
  }
  const { sizeInBytes, pswOffset, registersOffset } = layout;
  return [
    {
      ...plain,
      frame: { register: 'r15', offset: frameSizeInBytes + sizeInBytes, load: 'none' },
      saved: {
        ...savedWords(['psw_mask', 'psw_addr'], 8, pswOffset - sizeInBytes),
        ...savedWords(registerNames, 8, registersOffset - sizeInBytes),
      },
    },
  ];
}

function registersOf({ pc, start, isExact, registers }: ChainState): Registers {
  return new Map([...(isExact ? registers : []), ['psw_addr', pc], ['r15', start]]);
}

/** The rules of s390x; a sentence where no types say what a frame is. */
export function s390xCallFrames(kernel: Kernel): CallFrames | string {
  const layout = stackFrameLayoutOf(kernel);
  if (layout === undefined) {
    return "the kernel's types do not describe struct stack_frame";
  }
  const [usual, saved] = [byChain(layout), byPtRegs(kernel, layout.sizeInBytes)];
  const model: FrameModel = {
    programCounter: 'psw_addr',
    stackPointer: 'r15',
    links: ['psw_addr', 'r15'],
    follow: followWalk(backChainRules, {
      registersOf,
      rulesOf: (_kernel, state, next) =>
        next.isExact ? saved : state.isExact ? [usual, byLink] : [usual],
    }),
  };
  return linkedCallFrames(kernel, model, usual);
}
