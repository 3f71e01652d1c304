import type { Kernel, Registers } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import type { CallFrameRule, CallFrames } from '../call-frame.ts';
import { followWalk, savedWords } from '../follow-walk.ts';
import type { FrameModel } from '../frame-model.ts';
import { linkedCallFrames } from '../linked-call-frames.ts';
import { framePointerRules, keepsFramePointers } from './frame-pointers.ts';
import { ptRegsNames, ptRegsSizeOf } from './pt-regs.ts';
import type { PointedState } from './saved-frame.ts';

const plain = { isSignal: false, savedAt: {}, kept: [] };

/** The frame pointer is the caller's stack pointer; below it lie the two links. */
const byPointer: CallFrameRule = {
  ...plain,
  frame: { register: 's0', offset: 0, load: 'none' },
  saved: { pc: -8, s0: -16 },
};

/** Where a function was stopped that has no whole frame. */
function stoppedRules(depth: number): readonly CallFrameRule[] {
  const base = { ...plain, frame: { register: 'sp', offset: depth, load: 'none' as const } };
  const copied = { pc: 'ra' };
  return [
    byPointer,
    { ...base, saved: {}, kept: ['s0'], copied },
    { ...base, saved: { s0: -8 }, copied },
    { ...base, saved: { pc: -8, s0: -16 } },
    { ...base, saved: { pc: -8 }, kept: ['s0'] },
  ];
}

/** Entry code, whose stack pointer is at the `pt_regs` that it saved. */
const byPtRegs = perKernel((kernel: Kernel): readonly CallFrameRule[] => {
  const size = Number(ptRegsSizeOf(kernel) ?? 0n);
  return size === 0
    ? []
    : [
        {
          ...plain,
          frame: { register: 'sp', offset: size, load: 'none' },
          saved: savedWords(ptRegsNames.slice(0, -1), 8, -size),
        },
      ];
});

function registersOf({ pc, start, fp, isExact, registers }: PointedState): Registers {
  return new Map([
    ...(isExact ? registers : []),
    ['pc', pc],
    ['sp', start],
    ...(fp === undefined ? [] : [['s0', fp] as const]),
  ]);
}

const model: FrameModel = {
  programCounter: 'pc',
  stackPointer: 'sp',
  links: ['pc', 'sp', 's0'],
  follow: followWalk(framePointerRules, {
    registersOf,
    rulesOf: (kernel, state, next) =>
      next.isExact
        ? byPtRegs(kernel)
        : state.isExact
          ? stoppedRules(Number(next.start - state.start))
          : [byPointer],
  }),
};

/** The rules of riscv64; a sentence where its functions keep no frame pointer. */
export function riscv64CallFrames(kernel: Kernel): CallFrames | string {
  return keepsFramePointers(kernel)
    ? linkedCallFrames(kernel, model, byPointer)
    : 'its functions make no frames that a frame pointer leads to';
}
