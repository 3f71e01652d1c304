import { type Candidate, type EvidenceRow, isSameKernel, type Verdict } from '@vmcorekit/core';
import { section } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';
import { evidenceLines } from './evidence-lines.ts';
import { kernelPlaceText, roleText } from './kernel-place.ts';

/**
 * First the evidence for the kernel chosen. Then the evidence of every other witnessed kernel by
 * itself, or of all candidates if none was chosen. Last, the evidence that belongs to no candidate.
 */
export function evidenceSections(verdict: Verdict, style: Style): string[] {
  const { kernel, candidates } = verdict;
  const isChosen = (candidate: Candidate) => isSameKernel(candidate.kernel, kernel);
  const others = candidates.filter(
    (candidate) => !isChosen(candidate) && (kernel === null || candidate.isWitnessed),
  );
  const placed = new Set(candidates.flatMap((candidate) => candidate.evidence).map(keyOf));
  const unplaced = verdict.evidence.filter((row) => !placed.has(keyOf(row)));
  return [
    ...section('Evidence', evidenceLines(candidates.find(isChosen)?.evidence ?? [], style), style),
    ...others.flatMap((candidate) =>
      section(
        `Evidence for ${kernelPlaceText(candidate.kernel)} (${roleText(candidate.kernel.role)}, ${candidate.confidence})`,
        evidenceLines(candidate.evidence, style),
        style,
      ),
    ),
    ...section('Evidence for no candidate', evidenceLines(unplaced, style), style),
  ];
}

function keyOf({ by, because }: EvidenceRow): string {
  return `${by}: ${because}`;
}
