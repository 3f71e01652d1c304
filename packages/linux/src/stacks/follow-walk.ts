import type { Kernel, Registers } from '@vmcorekit/core';
import type { CallFrameRule } from './call-frame.ts';
import type { FrameModel } from './frame-model.ts';
import { type FrameRules, type FrameState, statesOfWalk } from './walk-frames.ts';

/** How the states of a walk are seen by debuggers. */
export interface StateView<State extends FrameState> {
  readonly registersOf: (state: State) => Registers;
  /** Rules that may lead from one frame to the next, the likeliest first. */
  readonly rulesOf: (kernel: Kernel, state: State, next: State) => readonly CallFrameRule[];
}

/** The frames of a walk over linked frames. */
export function followWalk<State extends FrameState>(
  rules: FrameRules<State>,
  { registersOf, rulesOf }: StateView<State>,
): FrameModel['follow'] {
  return (kernel, start) => {
    const { states, end } = statesOfWalk(kernel, rules, start);
    const frames = states.map((state, level) => {
      const next = states[level + 1];
      return {
        registers: registersOf(state),
        isExact: state.isExact,
        isUser: state.isUser,
        rules: next === undefined ? [] : rulesOf(kernel, state, next),
      };
    });
    return { frames, end };
  };
}

/** Registers that were saved side by side, by their names in order: offsets from the frame. */
export function savedWords(
  names: readonly string[],
  wordSizeInBytes: number,
  firstOffset: number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    names.map((name, index) => [name, firstOffset + wordSizeInBytes * index]),
  );
}
