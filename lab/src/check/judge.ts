import type { DumpRecord, KernelTruth, Truth } from '../truth/truth.ts';
import { describeWrongFields, isSamePlace, leftOpen } from './judge-fields.ts';
import type { IsKernelRoot } from './kernel-roots.ts';
import type { ProbeResult } from './probe-output.ts';

/**
 * How an answer compares with the truth.
 * `right`: the kernel's place and its KASLR offset found, or nothing found where there is nothing.
 * `partial`: the answer is true, but lacks one of the two, or one of two kernels is not among the
 * candidates.
 * `none`: no answer.
 * `unsupported`: no answer, because the architecture is not supported, and the output says so.
 * `wrong`: something in the answer is false.
 * `failed`: the command did not answer.
 */
export type Outcome = 'right' | 'partial' | 'none' | 'unsupported' | 'wrong' | 'failed';

export interface Judgement {
  readonly outcome: Outcome;
  /** What is wrong, or why there is no answer; empty otherwise. */
  readonly because: string;
}

/** Compares an answer with the guest's own words. */
export function judge(
  result: ProbeResult,
  truth: Truth,
  trueOrigin: DumpRecord['origin'],
  isKernelRoot: IsKernelRoot,
): Judgement {
  if ('failure' in result) {
    return { outcome: 'failed', because: result.failure };
  }
  const { kernel, reason, candidates, origin } = result.output;
  const strangers = (['capturedBy', 'writtenBy'] as const).filter(
    (axis) => origin[axis] !== trueOrigin[axis] && origin[axis] !== 'unknown',
  );
  if (strangers.length > 0) {
    return {
      outcome: 'wrong',
      because: strangers
        .map((axis) => `${axis} ${origin[axis]}, not ${trueOrigin[axis]}`)
        .join(', '),
    };
  }
  if (kernel === null) {
    return judgeSilence(reason, truth);
  }
  if (truth.kernels.length === 0) {
    return {
      outcome: 'wrong',
      because: `a kernel with image offset ${kernel.imageOffset}, and there is none`,
    };
  }
  const complaints = truth.kernels.map((candidate) =>
    describeWrongFields(kernel, candidate, acceptedRoles(candidate, truth), isKernelRoot),
  );
  const fewest = complaints.reduce((best, next) => (next.length < best.length ? next : best));
  if (fewest.length > 0) {
    return { outcome: 'wrong', because: fewest.join(', ') };
  }
  const open = truth.kernels.flatMap((candidate) =>
    isSamePlace(kernel, candidate) ? leftOpen(kernel, candidate) : [],
  );
  if (open.length > 0) {
    return { outcome: 'partial', because: `left open: ${open.join(', ')}` };
  }
  // Any part of what a stale kernel left may be overwritten.
  const lasting = truth.kernels.filter(({ role }) => role !== 'stale');
  const missed = lasting.filter(
    (wanted) => !candidates.some((candidate) => isSamePlace(candidate, wanted)),
  );
  return missed.length === 0
    ? { outcome: 'right', because: '' }
    : {
        outcome: 'partial',
        because: `no candidate for the ${missed.map(({ role }) => role).join(', ')} kernel`,
      };
}

function judgeSilence(reason: string | null, truth: Truth): Judgement {
  if (!truth.expected.kernel) {
    return { outcome: 'right', because: '' };
  }
  const isUnsupported = truth.architecture !== 'x86_64' && reason === 'unsupported-architecture';
  return { outcome: isUnsupported ? 'unsupported' : 'none', because: reason ?? '' };
}

/** A role may be left open. A panicked guest's only kernel is still the one its CPUs run. */
function acceptedRoles(kernel: KernelTruth, truth: Truth): readonly string[] {
  const isAlone = truth.kernels.length === 1;
  return [kernel.role, 'unknown', ...(isAlone ? ['running'] : [])];
}
