import { type Candidate, type EvidenceRow, isSameKernel, type Verdict } from '@vmcorekit/core';
import { section } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';
import { evidenceLines } from './evidence-lines.ts';
import { kernelPlaceText, roleText } from './kernel-place.ts';

/** Evidence with one subject. */
export interface EvidenceGroup {
  readonly title: string;
  readonly rows: readonly EvidenceRow[];
}

/** A table of each group of evidence. */
export function evidenceSections(verdict: Verdict, style: Style): string[] {
  return evidenceGroups(verdict).flatMap(({ title, rows }) =>
    section(title, evidenceLines(rows, style), style),
  );
}

/**
 * First the evidence for the kernel chosen. Then the evidence of every other witnessed kernel by
 * itself, or of all candidates if none was chosen. Last, the evidence that belongs to no candidate.
 */
export function evidenceGroups(verdict: Verdict): EvidenceGroup[] {
  const { kernel, candidates } = verdict;
  const isChosen = (candidate: Candidate) => isSameKernel(candidate.kernel, kernel);
  const others = candidates.filter(
    (candidate) => !isChosen(candidate) && (kernel === null || candidate.isWitnessed),
  );
  const placed = new Set(candidates.flatMap((candidate) => candidate.evidence).map(keyOf));
  const unplaced = verdict.evidence.filter((row) => !placed.has(keyOf(row)));
  return [
    { title: 'Evidence', rows: candidates.find(isChosen)?.evidence ?? [] },
    ...others.map(({ kernel: { role, ...place }, confidence, evidence }) => ({
      title: `Evidence for ${kernelPlaceText(place)} (${roleText(role)}, ${confidence})`,
      rows: evidence,
    })),
    { title: 'Evidence for no candidate', rows: unplaced },
  ];
}

function keyOf({ by, because }: EvidenceRow): string {
  return `${by}: ${because}`;
}
