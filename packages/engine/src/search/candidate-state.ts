import type {
  Candidate,
  CandidateFinding,
  ClaimField,
  EvidenceRow,
  KernelClaim,
  KernelRole,
  MappedRun,
  PhysicalAddress,
  PhysicalRange,
  Testimony,
  TranslationRoot,
} from '@vmcorekit/core';
import { confidenceOf, isWitnessed, type Statement } from './confidence.ts';
import type { JudgedCandidate } from './judged.ts';
import { isWeighty, type MergedClaim, mergeClaims } from './merge-claims.ts';
import { isSelected } from './select-kernel.ts';

/** The root that shows a candidate, and what it maps of the image. */
export interface CandidateView {
  readonly root: TranslationRoot;
  readonly runs: readonly MappedRun[];
}

/** The view that witnesses judge. */
export interface ChosenView extends CandidateView {
  /** True where other roots show another image at this place, and no CPU shows which one runs. */
  readonly isDisputed: boolean;
  /**
   * What proves the number of levels of its tables: a CPU whose root maps the image, or a root that
   * maps all memory, as a running kernel's does.
   */
  readonly levelsBy: 'cpu' | 'direct-map' | null;
}

/** The name under which a search files what its caller claimed; no heuristic has it. */
export const told = 'told';

type ReportedStatement = EvidenceRow & Statement;

/**
 * Everything reported about one candidate: all findings and testimonies on the kernel at this
 * place.
 */
export class CandidateState implements JudgedCandidate {
  /** Virtual minus physical address of its image, modulo 2^64. */
  readonly imageOffset: bigint;
  /**
   * Where its text begins, on machines whose kernels may share an image offset. Else null, because
   * the offset alone identifies it.
   */
  readonly textPhysicalAddress: number | null;
  readonly findings: { readonly by: string; readonly finding: CandidateFinding }[] = [];
  testimonies: { readonly by: string; readonly testimony: Testimony }[] = [];
  areWitnessesCut: boolean = false;
  view: ChosenView | null = null;
  /**
   * True where a CPU's own tables map it, or, on machines whose CPUs name no tables, where a CPU
   * was in its text. No finding may say so, because the heuristic that follows
   * CPUs may not have run.
   */
  isMappedByCpu: boolean = false;
  isCaptureRuledOut: boolean = false;
  captureSignAddress: PhysicalAddress | null = null;

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

  get isMeant(): boolean {
    return this.findings.some(({ by }) => by === told);
  }

  get isWitnessed(): boolean {
    return isWitnessed(this.#statements);
  }

  get confidence(): Candidate['confidence'] {
    return confidenceOf(this.imageOffset, this.#statements);
  }

  /**
   * Where images only share a place, only the place is known: the rest would belong to whichever
   * image was seen.
   */
  get merged(): MergedClaim<ReportedStatement> {
    const merged = mergeClaims(this.#statementsOf('for'));
    return this.view?.isDisputed === true
      ? { ...merged, claim: { imageOffset: this.imageOffset } }
      : merged;
  }

  get claim(): KernelClaim {
    return this.merged.claim;
  }

  get root(): TranslationRoot | null {
    return this.view === null || this.view.isDisputed ? null : this.view.root;
  }

  /**
   * Null where nothing proves the levels. A CPU proves them, and so does the kernel's own
   * VMCOREINFO. A root that maps all memory proves them where no other number was seen: in a kernel
   * that is booting, tables below its root look like a root of fewer levels.
   */
  get pagingLevels(): number | null {
    const levels = this.root?.levels ?? null;
    const claims = this.#statementsOf('for').filter(
      (statement) => isWeighty(statement) && statement.claim.root !== undefined,
    );
    const agree = claims.filter(({ claim }) => claim.root?.levels === levels);
    const isProved =
      this.view?.levelsBy === 'cpu' ||
      agree.some(({ evidence }) => evidence === 'vmcoreinfo') ||
      (this.view?.levelsBy === 'direct-map' && agree.length === claims.length);
    return isProved ? levels : null;
  }

  get imagePhysicalAddress(): number | null {
    return this.view?.runs.find((run) => run.isExecutable)?.physicalAddress ?? null;
  }

  get captureReserves(): PhysicalRange[] {
    return this.testimonies.flatMap(({ testimony }) => testimony.captureReserve ?? []);
  }

  get saidRoles(): KernelRole[] {
    return [
      ...this.testimonies.flatMap(({ testimony }) => testimony.role ?? []),
      ...this.findings.flatMap(({ finding }) => finding.role ?? []),
    ];
  }

  get symbolFiles(): NonNullable<Testimony['symbolFile']>[] {
    return this.testimonies.flatMap(({ testimony }) => testimony.symbolFile ?? []);
  }

  /**
   * True where a CPU's own tables map a whole kernel here, whether or not a witness recognizes it.
   */
  get isRunByCpu(): boolean {
    return (
      this.isReachedByCpu &&
      this.findings.some(({ finding }) => finding.evidence === 'paging' && isWeighty(finding))
    );
  }

  get isSelected(): boolean {
    return isSelected(this);
  }

  get isEvident(): boolean {
    return this.findings.some(({ finding }) => finding.evidence !== 'told' && isWeighty(finding));
  }

  get isInVmcoreInfo(): boolean {
    return this.findings.some(({ finding }) => finding.evidence === 'vmcoreinfo');
  }

  get evidence(): EvidenceRow[] {
    return this.#statementsOf('for').map(rowOf);
  }

  get contradictions(): EvidenceRow[] {
    return this.#statementsOf('against').map(rowOf);
  }

  get dissent(): EvidenceRow[] {
    return this.merged.dissent.map(({ statement, claim }) => {
      const assumed = Object.keys(claim).flatMap(
        (field) => statement.assumes?.[field as ClaimField] ?? [],
      );
      const because =
        assumed.length === 0 ? statement.because : `${statement.because}; if ${assumed.join(', ')}`;
      return { ...rowOf(statement), claim, because };
    });
  }

  #statementsOf(stance: Statement['stance']): ReportedStatement[] {
    return this.#statements.filter((statement) => statement.stance === stance);
  }

  /** A finding speaks for what it found, and sees nothing through its page tables. */
  get #statements(): ReportedStatement[] {
    return [
      ...this.findings.map(({ by, finding }) => ({
        ...rowOf({ ...finding, by, isWitness: false }),
        ...(finding.assumes === undefined ? {} : { assumes: finding.assumes }),
        stance: 'for' as const,
        isThroughPageTables: false,
      })),
      ...this.testimonies.map(({ by, testimony }) => ({
        ...rowOf({ ...testimony, by, isWitness: true }),
        stance: testimony.stance,
        isThroughPageTables: testimony.isThroughPageTables,
      })),
    ];
  }
}

function rowOf({
  by,
  evidence,
  strength,
  claim,
  because,
  at,
  isWitness,
}: EvidenceRow): EvidenceRow {
  return { by, evidence, strength, claim, because, at, isWitness };
}
