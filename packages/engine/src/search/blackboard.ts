import type { CandidateFinding, EvidenceRow, Finding, NotRun, OriginFinding, Verdict } from '@vmcorekit/core';
import { CandidateState } from './candidate-state.ts';
import { claimFields } from './claim-fields.ts';

/** Where one run collects what its heuristics and witnesses say. */
export class Blackboard {
  readonly findings: { readonly by: string; readonly finding: Finding }[] = [];
  readonly candidates: CandidateState[] = [];
  readonly originFindings: { readonly by: string; readonly finding: OriginFinding }[] = [];
  readonly contradictions: EvidenceRow[] = [];
  /** Findings that name no phys_base, so belong to no candidate. */
  readonly unplaced: EvidenceRow[] = [];
  readonly remarks: Verdict['remarks'][number][] = [];
  readonly notRun: NotRun[] = [];
  hasTimedOut: boolean = false;
  /** A search that would have found every kernel did not come to its end: others may lie in what it did not see. */
  isSearchCutShort: boolean = false;
  /** The page tables of some CPU map no kernel that a witness knows, or none that can be read. */
  isCpuAstray: boolean = false;
  hasWrongSymbols: boolean = false;

  /** Files a finding. Returns the candidate it is about, if any; a reason where the finding is nonsense. */
  add(heuristic: string, finding: Finding): { readonly candidate?: CandidateState; readonly nonsense?: string } {
    const nonsense = nonsenseIn(finding);
    if (nonsense !== undefined) {
      return { nonsense };
    }
    this.findings.push({ by: heuristic, finding });
    switch (finding.kind) {
      case 'origin':
        this.originFindings.push({ by: heuristic, finding });
        return {};
      case 'remark':
        this.remarks.push({ by: heuristic, finding });
        return {};
      case 'contradiction':
        this.contradictions.push({ ...finding, by: heuristic, kind: 'header', strength: 'strong', isWitness: false });
        return {};
      case 'candidate':
        return this.#place(heuristic, finding);
    }
  }

  #place(heuristic: string, finding: CandidateFinding): { readonly candidate?: CandidateState } {
    const { physBase } = finding.claim;
    if (physBase === undefined || finding.assumes?.physBase !== undefined) {
      this.unplaced.push({ ...finding, by: heuristic, kind: finding.evidence, isWitness: false });
      return {};
    }
    let candidate = this.candidates.find((state) => state.physBase === physBase);
    if (candidate === undefined) {
      candidate = new CandidateState(physBase);
      this.candidates.push(candidate);
    }
    candidate.findings.push({ by: heuristic, finding });
    return { candidate };
  }
}

/** A plug-in may yield anything; what is no finding is named, and counted against it. */
export function nonsenseIn(finding: Finding): string | undefined {
  if (!['candidate', 'origin', 'contradiction', 'remark'].includes(finding.kind)) {
    return `a finding of kind '${finding.kind}'`;
  }
  if (typeof finding.because !== 'string' || !Array.isArray(finding.at)) {
    return 'a finding without because and at';
  }
  if (finding.kind === 'origin') {
    return Number.isFinite(finding.score) && typeof finding.who === 'string' ? undefined : 'an origin without who and score';
  }
  return finding.kind === 'remark' ? undefined : nonsenseInClaim(finding.claim);
}

/** What is no claim about a kernel, or undefined. */
export function nonsenseInClaim(claim: unknown): string | undefined {
  if (typeof claim !== 'object' || claim === null) {
    return 'a finding without a claim';
  }
  for (const [field, value] of Object.entries(claim)) {
    const isValid = claimFields[field as keyof typeof claimFields];
    if (isValid === undefined || (value !== undefined && !isValid(value))) {
      return `a claim with ${field} ${String(value)}`;
    }
  }
  return undefined;
}
