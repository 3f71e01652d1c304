import type {
  Candidate,
  EvidenceRow,
  KernelClaim,
  KernelRole,
  NotRun,
  OriginFinding,
  PhysicalAddress,
  PhysicalRange,
  Testimony,
  TranslationRoot,
  Verdict,
} from '@vmcorekit/core';

/**
 * The facts that show whether one kernel lies in the memory that another reserves for its capture
 * kernel.
 */
export interface ReserveFacts {
  /** Memory that its witnesses say it reserves for a capture kernel. */
  readonly captureReserves: readonly PhysicalRange[];
  /** The address where its code begins, as seen; null where it is not seen. */
  readonly imagePhysicalAddress: PhysicalAddress | null;
  /** Where it says that it captures another kernel; null where it does not, or that is not seen. */
  readonly captureSignAddress: PhysicalAddress | null;
}

/** What `assignRoles` reads of a candidate. */
export interface RoleFacts extends ReserveFacts {
  /** A witness saw it through its own page tables, and none denies it. */
  readonly isWitnessed: boolean;
  readonly isReachedByCpu: boolean;
  /** A CPU's own tables map a whole kernel here, though perhaps no witness recognizes it. */
  readonly isRunByCpu: boolean;
  /** The roles that findings and witnesses report; `unknown` says that CPUs must not decide it. */
  readonly saidRoles: readonly KernelRole[];
  /** It says itself that it was given no old kernel's memory. */
  readonly isCaptureRuledOut: boolean;
  /** Weighty evidence speaks for it, whether or not a witness could see it. */
  readonly isEvident: boolean;
  /** A limit cut a witness, or the symbol search it depends on: its statement is missing. */
  readonly areWitnessesCut: boolean;
}

/** What `selectKernel` reads of a candidate. */
export interface SelectionFacts extends ReserveFacts {
  readonly confidence: Candidate['confidence'];
  readonly isWitnessed: boolean;
  readonly isReachedByCpu: boolean;
  /** A CPU's own tables map a whole kernel here, though perhaps no witness recognizes it. */
  readonly isRunByCpu: boolean;
  /** The file itself, not its memory, names it. */
  readonly isNamedByFile: boolean;
  /** The user or a rule says that this is the intended kernel. */
  readonly isMeant: boolean;
}

/** What `weigh` reads of a candidate; a search's `CandidateState` is one. */
export interface JudgedCandidate extends RoleFacts, SelectionFacts {
  /** Virtual minus physical address of its image, modulo 2^64. */
  readonly imageOffset: bigint;
  /** What is proved about it. */
  readonly claim: KernelClaim;
  /** The root that shows it; null where none does, or where roots show different images. */
  readonly root: TranslationRoot | null;
  /** The number of levels of its page tables, where proved. */
  readonly pagingLevels: number | null;
  /** A VMCOREINFO names it, however weakly. */
  readonly isInVmcoreInfo: boolean;
  /** What speaks for it. */
  readonly evidence: readonly EvidenceRow[];
  /** What speaks against it. */
  readonly contradictions: readonly EvidenceRow[];
  /** Statements about single fields that differ from the accepted values. */
  readonly dissent: readonly EvidenceRow[];
  /** Symbol files that were compared with it. */
  readonly symbolFiles: readonly NonNullable<Testimony['symbolFile']>[];
}

/** What `weigh` reads of a search; its `Blackboard` is one. */
export interface JudgedSearch {
  readonly candidates: readonly JudgedCandidate[];
  readonly originFindings: readonly { readonly by: string; readonly finding: OriginFinding }[];
  /** Contradictions that heuristics saw and that concern no candidate. */
  readonly contradictions: readonly EvidenceRow[];
  /** Findings that do not say where a kernel lies. */
  readonly unplaced: readonly EvidenceRow[];
  readonly remarks: Verdict['remarks'];
  readonly notRun: readonly NotRun[];
  readonly hasTimedOut: boolean;
  readonly hasReachedPageLimit: boolean;
  readonly hasReachedTransferLimit: boolean;
  /** A heuristic for every kernel did not complete. */
  readonly isSearchCutShort: boolean;
  /** The page tables of some CPU map no kernel that a witness recognizes. */
  readonly isCpuAstray: boolean;
  readonly hasWrongSymbols: boolean;
}
