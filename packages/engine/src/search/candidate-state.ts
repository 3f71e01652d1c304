import type {
  Candidate,
  CandidateFinding,
  ClaimField,
  EvidenceKind,
  EvidenceRow,
  MappedRun,
  Testimony,
  TranslationRoot,
} from '@vmcorekit/core';
import { type MergedClaim, mergeClaims, strengthRank, type WeighedClaim } from './merge-claims.ts';

/** What a candidate is looked at through, and what that maps of its image. */
export interface CandidateView {
  readonly root: TranslationRoot;
  readonly runs: readonly MappedRun[];
}

/** The view that witnesses judge. */
export interface ChosenView extends CandidateView {
  /** Other roots show another image at this place, and no CPU tells which of them runs. */
  readonly isDisputed: boolean;
}

type Statement = EvidenceRow & WeighedClaim;

/** Everything said so far of one candidate: all findings and testimonies about the kernel at this place. */
export class CandidateState {
  /** Virtual minus physical address of its image, modulo 2^64. */
  readonly imageOffset: bigint;
  /** Where its text begins, on machines whose kernels may share an image offset; else null: the offset alone tells. */
  readonly textPhysicalAddress: number | null;
  readonly findings: { readonly by: string; readonly finding: CandidateFinding }[] = [];
  testimonies: { readonly by: string; readonly testimony: Testimony }[] = [];
  view: ChosenView | null = null;
  /** A CPU's own tables map it, though perhaps no finding says so: the heuristic that follows CPUs may not have run. */
  isMappedByCpu: boolean = false;

  constructor(imageOffset: bigint, textPhysicalAddress: number | null = null) {
    this.imageOffset = imageOffset;
    this.textPhysicalAddress = textPhysicalAddress;
  }

  get isReachedByCpu(): boolean {
    return this.isMappedByCpu || this.findings.some(({ finding }) => finding.reachedByCpu === true);
  }

  get isNamedByFile(): boolean {
    return this.findings.some(({ finding }) => finding.namedByFile === true);
  }

  /** Seen through its own page tables by a witness, and by none denied. */
  get isWitnessed(): boolean {
    return (
      this.testimonies.some(
        ({ testimony }) => testimony.stance === 'for' && isWeighty(testimony) && testimony.isThroughPageTables,
      ) && !this.isRefuted
    );
  }

  /** A witness that looked through the candidate's page tables saw that it is not so. */
  get isRefuted(): boolean {
    return this.testimonies.some(
      ({ testimony }) => testimony.stance === 'against' && isWeighty(testimony) && testimony.isThroughPageTables,
    );
  }

  /** Of images that only share a place, that alone is known: the rest would be of whichever was looked at. */
  get merged(): MergedClaim<Statement> {
    const merged = mergeClaims(this.#statements('for'));
    return this.view?.isDisputed === true ? { ...merged, claim: { imageOffset: this.imageOffset } } : merged;
  }

  get confidence(): Candidate['confidence'] {
    if (this.isRefuted) {
      return 'none';
    }
    const weighty = [
      ...this.findings.map(({ finding }) => finding),
      ...this.testimonies.map(({ testimony }) => testimony).filter((testimony) => testimony.stance === 'for'),
    ].filter(isWeighty);
    const kinds = new Set(weighty.map((statement) => statement.evidence).filter((kind) => kind !== 'told'));
    const isProved = weighty.some(
      (statement) => statement.strength === 'proof' && statement.claim.imageOffset === this.imageOffset,
    );
    if (this.isWitnessed && (kinds.size >= 2 || isProved)) {
      return 'certain';
    }
    return this.isWitnessed || kinds.size >= 2 ? 'probable' : 'none';
  }

  /** A CPU's own tables map a whole kernel here, whether or not a witness could recognise it. */
  get isRunByCpu(): boolean {
    return this.isReachedByCpu && this.findings.some(({ finding }) => finding.evidence === 'paging' && isWeighty(finding));
  }

  /** Something outside the memory says that this is the kernel meant. */
  get isSelected(): boolean {
    return this.isReachedByCpu || this.isNamedByFile;
  }

  /** Something weighty was found that speaks for it, whether or not a witness could see it. */
  get isEvident(): boolean {
    return this.findings.some(({ finding }) => finding.evidence !== 'told' && isWeighty(finding));
  }

  /** Somebody says so by that kind of evidence, if ever so weakly. */
  isTold(kind: EvidenceKind): boolean {
    return this.findings.some(({ finding }) => finding.evidence === kind);
  }

  /** It says itself where its capture kernel may lie. */
  get keepsMemoryForCapture(): boolean {
    return this.testimonies.some(({ testimony }) => testimony.captureReserve !== undefined);
  }

  /** What speaks for it and what against, as reported. */
  rows(stance: 'for' | 'against'): EvidenceRow[] {
    return this.#statements(stance).map(rowOf);
  }

  /** What was said of single fields beside what is taken for true. */
  get dissent(): EvidenceRow[] {
    return this.merged.dissent.map(({ statement, claim }) => {
      const assumed = Object.keys(claim).flatMap((field) => statement.assumes?.[field as ClaimField] ?? []);
      const because = assumed.length === 0 ? statement.because : `${statement.because}; if ${assumed.join(', ')}`;
      return { ...rowOf(statement), claim, because };
    });
  }

  #statements(stance: 'for' | 'against'): Statement[] {
    const findings: Statement[] =
      stance === 'against'
        ? []
        : this.findings.map(({ by, finding }) => ({
            by,
            evidence: finding.evidence,
            strength: finding.strength,
            claim: finding.claim,
            because: finding.because,
            at: finding.at,
            isWitness: false,
            isThroughPageTables: false,
            ...(finding.assumes === undefined ? {} : { assumes: finding.assumes }),
          }));
    const testimonies = this.testimonies
      .filter(({ testimony }) => testimony.stance === stance)
      .map(({ by, testimony }) => ({
        by,
        evidence: testimony.evidence,
        strength: testimony.strength,
        claim: testimony.claim,
        because: testimony.because,
        at: testimony.at,
        isWitness: true,
        isThroughPageTables: testimony.isThroughPageTables,
      }));
    return [...findings, ...testimonies];
  }
}

function rowOf({ by, evidence, strength, claim, because, at, isWitness }: Statement): EvidenceRow {
  return { by, evidence, strength, claim, because, at, isWitness };
}

function isWeighty(statement: { readonly strength: CandidateFinding['strength'] }): boolean {
  return strengthRank[statement.strength] >= strengthRank.strong;
}
