import type { Kernel, Registers } from '@vmcorekit/core';
import type { CallFrameRule, CallFrames } from '../call-frame.ts';
import { followWalk, savedWords } from '../follow-walk.ts';
import type { FrameModel } from '../frame-model.ts';
import { linkedCallFrames } from '../linked-call-frames.ts';
import { backChainRules, type ChainState } from './back-chain.ts';
import { registerNames, registerPlaces } from './interrupt-frame.ts';
import { linkSaveOffset } from './stack-frame.ts';

const plain = { isSignal: false, savedAt: {}, kept: [] };
const inCaller = { nip: Number(linkSaveOffset) };

/** The caller's frame is where the back chain leads; the return address lies in it. */
const byChain: CallFrameRule = {
  ...plain,
  frame: { register: 'r1', offset: 0, load: 'last' },
  saved: inCaller,
};

/** A function without a frame: the link register or the caller's frame has the return address. */
const stopped: readonly CallFrameRule[] = [
  {
    ...plain,
    frame: { register: 'r1', offset: 0, load: 'none' },
    saved: {},
    copied: { nip: 'lr' },
  },
  { ...plain, frame: { register: 'r1', offset: 0, load: 'none' }, saved: inCaller },
];

/** A frame that entry code made, with the registers that it saved. */
const byInterruptFrame: readonly CallFrameRule[] = registerPlaces.map((place) => {
  const sizeInBytes = 8 * registerNames.length;
  const { orig_r3: _, ...saved } = savedWords(registerNames, 8, -sizeInBytes);
  return {
    ...plain,
    frame: { register: 'r1', offset: Number(place) + sizeInBytes, load: 'none' as const },
    saved,
  };
});

function registersOf({ pc, start, isExact, registers }: ChainState): Registers {
  return new Map([...(isExact ? registers : []), ['nip', pc], ['r1', start]]);
}

const model: FrameModel = {
  programCounter: 'nip',
  stackPointer: 'r1',
  links: ['nip', 'r1'],
  follow: followWalk(backChainRules, {
    registersOf,
    rulesOf: (_kernel, state, next) =>
      next.isExact ? byInterruptFrame : state.isExact ? [byChain, ...stopped] : [byChain],
  }),
};

/** The rules of ppc64, whose functions all keep a back chain. */
export function ppc64CallFrames(kernel: Kernel): CallFrames {
  return linkedCallFrames(kernel, model, byChain);
}
