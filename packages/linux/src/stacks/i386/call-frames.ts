import type { Kernel, Registers } from '@vmcorekit/core';
import type { CallFrameRule, CallFrames } from '../call-frame.ts';
import { followWalk, savedWords } from '../follow-walk.ts';
import type { FrameModel } from '../frame-model.ts';
import { linkedCallFrames } from '../linked-call-frames.ts';
import { framePointerRules, keepsFramePointers, type PointedState } from './frame-pointers.ts';
import { ptRegsNames, ptRegsSizeInBytes } from './pt-regs.ts';

const plain = { isSignal: false, savedAt: {}, kept: [] };

const byPointer: CallFrameRule = {
  ...plain,
  frame: { register: 'ebp', offset: 8, load: 'none' },
  saved: { eip: -4, ebp: -8 },
};
/** A function that has not yet pushed the frame pointer, and one that just has. */
const stopped: readonly CallFrameRule[] = [
  {
    ...plain,
    frame: { register: 'esp', offset: 4, load: 'none' },
    saved: { eip: -4 },
    kept: ['ebp'],
  },
  {
    ...plain,
    frame: { register: 'esp', offset: 8, load: 'none' },
    saved: { eip: -4, ebp: -8 },
  },
];

/**
 * Entry code, whose stack pointer is at the `pt_regs` that it saved. The processor saves the stack
 * pointer only where it leaves user mode; else it is the place where it would lie.
 */
const byPtRegs: readonly CallFrameRule[] = (() => {
  const saved = savedWords(ptRegsNames, 4, -ptRegsSizeInBytes);
  const known = ['ebx', 'ecx', 'edx', 'esi', 'edi', 'ebp', 'eax', 'eip', 'eflags', 'esp'];
  const whole = Object.fromEntries(known.map((name) => [name, saved[name] ?? 0]));
  const { esp = 0, ...others } = whole;
  const above = Object.fromEntries(
    Object.entries(others).map(([name, offset]) => [name, offset - esp]),
  );
  const frame = { register: 'esp', load: 'none' } as const;
  return [
    { ...plain, frame: { ...frame, offset: ptRegsSizeInBytes }, saved: whole },
    { ...plain, frame: { ...frame, offset: ptRegsSizeInBytes + esp }, saved: above },
  ];
})();

function registersOf({ pc, start, bp }: PointedState): Registers {
  return new Map([
    ['eip', pc],
    ['esp', start],
    ...(bp === undefined ? [] : [['ebp', bp] as const]),
  ]);
}

const model: FrameModel = {
  programCounter: 'eip',
  stackPointer: 'esp',
  links: ['eip', 'esp', 'ebp'],
  follow: followWalk(framePointerRules, {
    registersOf,
    rulesOf: (_kernel, state, next) =>
      next.isExact ? byPtRegs : state.isExact ? [byPointer, ...stopped] : [byPointer],
  }),
};

/** The rules of i386; a sentence where its functions keep no frame pointer. */
export function i386CallFrames(kernel: Kernel): CallFrames | string {
  return keepsFramePointers(kernel)
    ? linkedCallFrames(kernel, model, byPointer)
    : 'its functions make no frames that a frame pointer leads to';
}
