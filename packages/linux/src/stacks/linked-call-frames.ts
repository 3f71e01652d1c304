import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { imagePartsOf } from '../image-parts.ts';
import { bpfProgramsOf } from './bpf-code.ts';
import type { CallFrameBlock, CallFrameRule, CallFrames } from './call-frame.ts';
import { moduleTextsOf } from './code-at.ts';
import type { FrameModel } from './frame-model.ts';
import { seenRulesOf } from './seen-rules.ts';
import { withSeenRules } from './with-seen-rules.ts';

interface Stretch {
  readonly start: VirtualAddress;
  readonly end: VirtualAddress;
}

/**
 * The rules of a kernel whose functions all keep a frame of one form. That form is right at every
 * return address; where a stack was interrupted, what its unwinder found decides.
 */
export function linkedCallFrames(
  kernel: Kernel,
  model: FrameModel,
  usual: CallFrameRule,
): CallFrames {
  return {
    remarks: [],
    *blocks(): Generator<CallFrameBlock, void, void> {
      const code = codeOf(kernel);
      const seen = seenRulesOf(kernel, model, (address) =>
        code.some(({ start, end }) => start <= address && address < end) ? usual : undefined,
      );
      yield* withSeenRules(
        code.map(({ start, end }) => ({
          base: start,
          starts: [0, Number(end - start)],
          rules: [usual],
        })),
        seen,
      );
    },
  };
}

/** All code that is known, ascending; none over another. */
function codeOf(kernel: Kernel): readonly Stretch[] {
  const all: Stretch[] = [
    ...imagePartsOf(kernel).filter(({ isCode }) => isCode),
    ...moduleTextsOf(kernel),
    ...bpfProgramsOf(kernel),
  ]
    .filter(({ start, end }) => start < end)
    .sort((one, other) => (one.start < other.start ? -1 : one.start > other.start ? 1 : 0));
  const kept: Stretch[] = [];
  for (const { start, end } of all) {
    if ((kept.at(-1)?.end ?? 0n) <= start) {
      kept.push({ start, end });
    }
  }
  return kept;
}
