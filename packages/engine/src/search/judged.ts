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

/** What tells whether one kernel lies in the memory that another keeps for its capture kernel. */
export interface ReserveFacts {
  /** Memory that its witnesses say it keeps for a capture kernel. */
  readonly captureReserves: readonly PhysicalRange[];
  /** Where its code begins, as it is seen; null where it is not seen. */
  readonly imagePhysicalAddress: PhysicalAddress | null;
}

/** What `assignRoles` reads of a candidate. */
export interface RoleFacts extends ReserveFacts {
  /** Seen through its own page tables by a witness, and denied by none. */
  readonly isWitnessed: boolean;
  readonly isReachedByCpu: boolean;
  /** A CPU's own tables map a whole kernel here, though perhaps no witness recognises it. */
  readonly isRunByCpu: boolean;
  /** Roles that findings and witnesses say it has; `unknown` says that CPUs must not decide it. */
  readonly saidRoles: readonly KernelRole[];
  /**
   * A limit cut a witness, or the search for symbols that it reads by: what it would say is
   * missing.
   */
  readonly areWitnessesCut: boolean;
}

/** What `selectKernel` reads of a candidate. */
export interface SelectionFacts extends ReserveFacts {
  readonly confidence: Candidate['confidence'];
  readonly isWitnessed: boolean;
  readonly isReachedByCpu: boolean;
  /** A CPU's own tables map a whole kernel here, though perhaps no witness recognises it. */
  readonly isRunByCpu: boolean;
  /** The file itself, not its memory, names it. */
  readonly isNamedByFile: boolean;
  /** The user or a rule says that this is the kernel meant. */
  readonly isMeant: boolean;
}

/** What `weigh` reads of a candidate: a search's `CandidateState` is one. */
export interface JudgedCandidate extends RoleFacts, SelectionFacts {
  /** Virtual minus physical address of its image, modulo 2^64. */
  readonly imageOffset: bigint;
  /** What is proved of it. */
  readonly claim: KernelClaim;
  /** What it is seen through; null where nothing is seen, or where roots show different images. */
  readonly root: TranslationRoot | null;
  /** How many levels its page tables have, where that is proved. */
  readonly pagingLevels: number | null;
  /** Something weighty was found that speaks for it, whether or not a witness could see it. */
  readonly isEvident: boolean;
  /** A VMCOREINFO names it, if ever so weakly. */
  readonly isInVmcoreInfo: boolean;
  /** What speaks for it. */
  readonly evidence: readonly EvidenceRow[];
  /** What speaks against it. */
  readonly contradictions: readonly EvidenceRow[];
  /** What was said of single fields beside what is taken for true. */
  readonly dissent: readonly EvidenceRow[];
  /** Symbol files that were compared with it. */
  readonly symbolFiles: readonly NonNullable<Testimony['symbolFile']>[];
}

/** What `weigh` reads of a search: its `Blackboard` is one. */
export interface JudgedSearch {
  readonly candidates: readonly JudgedCandidate[];
  readonly originFindings: readonly { readonly by: string; readonly finding: OriginFinding }[];
  /** What heuristics saw contradicted, of no candidate. */
  readonly contradictions: readonly EvidenceRow[];
  /** Findings that do not say where a kernel lies. */
  readonly unplaced: readonly EvidenceRow[];
  readonly remarks: Verdict['remarks'];
  readonly notRun: readonly NotRun[];
  readonly hasTimedOut: boolean;
  readonly hasReachedPageLimit: boolean;
  /** A heuristic that would have found every kernel did not come to its end. */
  readonly isSearchCutShort: boolean;
  /** The page tables of some CPU map no kernel that a witness recognises. */
  readonly isCpuAstray: boolean;
  readonly hasWrongSymbols: boolean;
}
