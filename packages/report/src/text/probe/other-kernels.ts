import { type Candidate, hex, isSameKernel, printable, type Verdict } from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import { wrap } from '../../layout/wrap.ts';
import { crashedFirst } from '../crashed-first.ts';
import { kernelPlaceText } from '../kernel-place.ts';
import { titled } from './titled.ts';

/** Kernels shown, apart from the one chosen. The others are counted. */
const maxOthers = 4;

/** The other kernels that may be meant; all candidates if none was chosen. */
export function otherKernels({ kernel, candidates }: Verdict): readonly Candidate[] {
  return crashedFirst(
    candidates.filter(
      (candidate) =>
        kernel === null ||
        (!isSameKernel(candidate.kernel, kernel) &&
          (candidate.isWitnessed || candidate.confidence !== 'none')),
    ),
  );
}

function kernelText({ kernel, confidence, evidence, contradictions }: Candidate): string {
  const { kaslrOffset, release, role } = kernel;
  const known = [
    kernelPlaceText(kernel),
    ...(kaslrOffset === null ? [] : [`KASLR offset ${hex(kaslrOffset)}`]),
    ...(release === null ? [] : [printable(release)]),
    ...(role === 'unknown' ? [] : [role]),
  ].join(', ');
  return `${known}: ${confidence}, ${evidence.length} agree, ${contradictions.length} against`;
}

export function kernelLines(kernels: readonly Candidate[], style: Style, title: string): string[] {
  const supported = kernels.filter((kernel) => kernel.isWitnessed || isSupported(kernel));
  const shown = supported.slice(0, maxOthers);
  const lines = shown.flatMap((candidate) =>
    wrap(kernelText(candidate), style.width - 4).map((line, index) =>
      index === 0 ? `  ${line}` : `    ${line}`,
    ),
  );
  const more = supported.length - shown.length;
  const hinted = kernels.length - supported.length;
  return titled(
    title,
    [
      ...lines,
      ...(more > 0 ? [`  ${more} more (--verbose)`] : []),
      ...(hinted > 0 ? [`  ${hinted} more, supported only by a hint (--verbose)`] : []),
    ],
    style,
  );
}

/** Whether any evidence for it is more than a hint. */
function isSupported({ evidence }: Candidate): boolean {
  return evidence.some(({ strength }) => strength !== 'hint');
}
