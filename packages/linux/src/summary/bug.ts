import type { Kernel } from '@vmcorekit/core';
import { accusedStackOf, type PanicScene } from './accused-stack.ts';
import { culpritTraceIn, type LoggedFrame } from './call-trace.ts';
import { crashClassOf } from './crash-kind.ts';
import type { SignatureSource } from './signature.ts';
import {
  ownFrames,
  type SignificantFunctions,
  significantFunctions,
} from './significant-functions.ts';

/** What led to the panic, the innermost first, without what an interrupt stopped. */
export interface Bug extends SignificantFunctions {
  readonly frames: readonly LoggedFrame[];
  readonly from: SignatureSource;
}

/**
 * What led to a panic: the stack of what is to blame. Null where it has not all that a signature
 * takes.
 */
export function bugOf(kernel: Kernel, scene: PanicScene): Bug | null {
  if (crashClassOf(scene.message).accused === 'none') {
    return null;
  }
  const accused = accusedStackOf(kernel, scene);
  return accused === undefined
    ? ownBugOf(scene)
    : accused && bugIn(accused.frames, accused.isComplete, 'stack');
}

/**
 * The frames from the one that panicked on: of the stack, else as the kernel printed them. Null
 * where neither has all that a signature takes.
 */
export function ownBugOf({
  message,
  records,
  trace,
  culprit,
}: Pick<PanicScene, 'message' | 'records' | 'trace' | 'culprit'>): Bug | null {
  const own = culprit === null ? [] : (trace?.frames.slice(culprit) ?? []);
  const bug = bugIn(own, trace?.end.isComplete === true, 'stack');
  if (bug !== null || records.some((each) => 'lost' in each)) {
    return bug;
  }
  const logged = culpritTraceIn(records, message).filter(({ isGuess }) => !isGuess);
  return bugIn(logged, true, 'log');
}

function bugIn(
  frames: readonly LoggedFrame[],
  isComplete: boolean,
  from: SignatureSource,
): Bug | null {
  const found = significantFunctions(frames, isComplete);
  return found.isWhole && found.functions.length > 0
    ? { frames: ownFrames(frames), from, ...found }
    : null;
}
