import type {
  CandidateFinding,
  ErrorCode,
  EvidenceRow,
  Finding,
  KernelClaim,
  KernelLayout,
  NotRun,
  OriginFinding,
  Testimony,
  Verdict,
} from '@vmcorekit/core';
import { physicalAddressIn } from '@vmcorekit/linux';
import { CandidateState } from './candidate-state.ts';
import { nonsenseIn, notPlain, plainCopy } from './nonsense.ts';
import type { RunEnd } from './run-guarded.ts';

/** Collects what the heuristics and witnesses of one run report. */
export class Blackboard {
  readonly findings: { readonly by: string; readonly finding: Finding }[] = [];
  readonly candidates: CandidateState[] = [];
  readonly originFindings: { readonly by: string; readonly finding: OriginFinding }[] = [];
  readonly contradictions: EvidenceRow[] = [];
  /** Findings that do not say where a kernel lies, so they belong to no candidate. */
  readonly unplaced: EvidenceRow[] = [];
  readonly remarks: Verdict['remarks'][number][] = [];
  readonly notRun: NotRun[] = [];
  readonly #layout: KernelLayout | null;
  hasTimedOut: boolean = false;
  hasReachedPageLimit: boolean = false;
  hasReachedTransferLimit: boolean = false;
  /**
   * True where a search for every kernel did not complete: others may lie in what it did not see.
   */
  isSearchCutShort: boolean = false;
  /**
   * True where some CPU's page tables map no kernel that a witness recognizes, or cannot be read.
   */
  isCpuAstray: boolean = false;
  hasWrongSymbols: boolean = false;

  /**
   * `layout` converts the numbers of a claim to a kernel's place; null where no layout is known.
   */
  constructor(layout: KernelLayout | null) {
    this.#layout = layout;
  }

  /**
   * Files a finding. Returns the candidate that it concerns, if any, or a reason why the finding is
   * nonsense.
   */
  add(
    by: string,
    yielded: Finding,
  ): { readonly candidate?: CandidateState; readonly nonsense?: string } {
    const finding = plainCopy(yielded);
    const nonsense = finding === undefined ? notPlain : nonsenseIn(finding);
    if (finding === undefined || nonsense !== undefined) {
      return { nonsense: nonsense ?? notPlain };
    }
    this.findings.push({ by, finding });
    switch (finding.kind) {
      case 'origin':
        this.originFindings.push({ by, finding });
        return {};
      case 'remark':
        this.remarks.push({ by, finding });
        return {};
      case 'contradiction':
        this.contradictions.push({
          ...finding,
          by,
          evidence: 'header',
          strength: 'strong',
          isWitness: false,
        });
        return {};
      case 'candidate':
        return this.#place(by, finding);
    }
  }

  /** What the end of a plug-in means for the search. */
  noteEnd(name: string, end: RunEnd): void {
    if (end.ended === 'page-limit') {
      this.notRun.push({ name, because: end.because });
      this.hasReachedPageLimit = true;
    }
    if (end.ended === 'failed') {
      this.notRun.push({
        name,
        because: end.because,
        ...(isFault(end.code) ? { isFault: true } : {}),
        ...(end.stack === undefined ? {} : { stack: end.stack }),
      });
      this.hasTimedOut ||= end.code === 'timed-out';
      this.hasReachedTransferLimit ||= end.code === 'transfer-limit';
      this.hasWrongSymbols ||= end.code === 'wrong-symbols';
    }
  }

  /** A testimony whose claim also has the kernel's place in the terms of every architecture. */
  placed(testimony: Testimony): Testimony {
    const imageOffset = this.#offsetOf(testimony.claim);
    return imageOffset === undefined
      ? testimony
      : { ...testimony, claim: { ...testimony.claim, imageOffset } };
  }

  #offsetOf(claim: KernelClaim): bigint | undefined {
    return claim.imageOffset ?? this.#layout?.imageOffsetOf(claim);
  }

  #place(by: string, finding: CandidateFinding): { readonly candidate?: CandidateState } {
    const imageOffset = this.#offsetOf(finding.claim);
    const isAssumed =
      finding.assumes?.imageOffset !== undefined || finding.assumes?.physBase !== undefined;
    const text = imageOffset === undefined ? null : this.#textOf(finding, imageOffset);
    if (
      imageOffset === undefined ||
      isAssumed ||
      (text === null && this.#layout?.isOffsetShared === true)
    ) {
      this.unplaced.push({ ...finding, by, isWitness: false });
      return {};
    }
    const candidate = this.#candidateAt(imageOffset, text);
    candidate.findings.push({
      by,
      finding: { ...finding, claim: { ...finding.claim, imageOffset } },
    });
    return { candidate };
  }

  /** The physical address of the text, on machines whose kernels may share an offset; else null. */
  #textOf({ claim, assumes = {} }: CandidateFinding, imageOffset: bigint): number | null {
    const { textPhysicalAddress, textVirtualAddress } = claim;
    if (this.#layout?.isOffsetShared !== true) {
      return null;
    }
    if (textPhysicalAddress !== undefined && assumes.textPhysicalAddress === undefined) {
      return textPhysicalAddress;
    }
    return textVirtualAddress === undefined || assumes.textVirtualAddress !== undefined
      ? null
      : physicalAddressIn(imageOffset, textVirtualAddress);
  }

  #candidateAt(imageOffset: bigint, text: number | null): CandidateState {
    const known = this.candidates.find(
      (state) => state.imageOffset === imageOffset && state.textPhysicalAddress === text,
    );
    const candidate = known ?? new CandidateState(imageOffset, text);
    if (known === undefined) {
      this.candidates.push(candidate);
    }
    return candidate;
  }
}

/** Other errors of this library say what the dump lacks, or what the user gave. */
function isFault(code: ErrorCode | undefined): boolean {
  return code === undefined || code === 'timed-out' || code === 'plugin-failed';
}
