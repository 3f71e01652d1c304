import type { Kernel, Registers } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import type { CallFrameRule, CallFrames } from '../call-frame.ts';
import { followWalk, savedWords } from '../follow-walk.ts';
import type { FrameModel } from '../frame-model.ts';
import { linkedCallFrames } from '../linked-call-frames.ts';
import { withoutSignature } from './code-pointer.ts';
import { isEntryCode } from './entry-code.ts';
import type { RecordState } from './frame-record.ts';
import { frameRecordRules } from './frame-records.ts';
import { ptRegsLayoutOf, ptRegsNames } from './pt-regs.ts';

const plain = { isSignal: false, savedAt: {}, kept: [] };

/** A frame record: {the next frame's, the return address}. The stack pointer is not in it. */
const byRecord: CallFrameRule = {
  ...plain,
  frame: { register: 'x29', offset: 16, load: 'none' },
  saved: { x29: -16, x30: -8 },
};

/** A function without a record: its caller is in the link register. */
const byLink: CallFrameRule = {
  ...plain,
  frame: { register: 'sp', offset: 0, load: 'none' },
  saved: {},
  kept: ['x29', 'x30'],
};

/** Entry code, whose frame pointer leads to the record in the `pt_regs` that it saved. */
const byPtRegs = perKernel((kernel: Kernel): readonly CallFrameRule[] => {
  const layout = ptRegsLayoutOf(kernel);
  if (layout === undefined) {
    return [];
  }
  const { sizeInBytes, recordOffset } = layout;
  return [
    {
      ...plain,
      frame: { register: 'x29', offset: sizeInBytes - recordOffset, load: 'none' },
      saved: savedWords(ptRegsNames.slice(0, -1), 8, -sizeInBytes),
    },
  ];
});

function registersOf({ pc, fp, start, isExact, registers }: RecordState): Registers {
  // The start of other frames is not their stack pointer.
  return new Map(
    isExact
      ? [...registers, ['pc', pc], ['sp', start], ['x29', fp]]
      : [
          ['pc', pc],
          ['x29', fp],
        ],
  );
}

const model: FrameModel = {
  programCounter: 'pc',
  stackPointer: null,
  needsCode: true,
  links: ['pc', 'x29'],
  callerOf(kernel, caller) {
    const link = caller.get('x30');
    return link === undefined ? undefined : withoutSignature(kernel, link);
  },
  follow: followWalk(frameRecordRules, {
    registersOf,
    rulesOf: (kernel, state, next) =>
      next.isExact || isEntryCode(kernel, state.pc)
        ? byPtRegs(kernel)
        : state.isExact
          ? [byRecord, byLink]
          : [byRecord],
  }),
};

/** The rules of arm64, whose functions all keep frame records. */
export function arm64CallFrames(kernel: Kernel): CallFrames {
  return linkedCallFrames(kernel, model, byRecord);
}
