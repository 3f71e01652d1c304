import type { EvidenceKind, KernelClaim, KernelRole, Place, Strength } from './evidence.ts';
import type { HeuristicContext } from './heuristic.ts';
import type { KernelView } from './kernel.ts';
import type { PhysicalRange } from './physical-memory.ts';
import type { Progress } from './progress.ts';

/**
 * A candidate as a witness sees it: all claims so far, merged, and the kernel through its own
 * translation.
 */
export interface WitnessedCandidate {
  readonly claim: KernelClaim & { readonly imageOffset: bigint };
  /** Null where no known root maps the claimed image. */
  readonly kernel: KernelView | null;
}

/** What a witness says about a candidate. */
export interface Testimony {
  readonly stance: 'for' | 'against';
  readonly evidence: EvidenceKind;
  readonly strength: Strength;
  /** True where the witness read it through the candidate's own translation. */
  readonly isThroughPageTables: boolean;
  /**
   * What it also establishes (release, build ID, KASLR offset), or the value it saw instead of the
   * candidate's.
   */
  readonly claim: KernelClaim;
  readonly role?: KernelRole;
  /**
   * Physical memory that this kernel reserves for a capture kernel (`crashk_res`). A kernel found
   * inside it is its capture kernel.
   */
  readonly captureReserve?: PhysicalRange;
  /**
   * About a symbol file from the user: its name, and why it does not match this kernel; null where
   * it matches.
   */
  readonly symbolFile?: { readonly from: string; readonly refused: string | null };
  readonly because: string;
  readonly at: readonly Place[];
}

/** Judges a candidate by memory seen through it. Always run; says nothing where it sees nothing. */
export interface Witness {
  readonly name: string;
  readonly summary: string;
  readonly architectures: readonly string[] | 'any';
  testify(
    context: HeuristicContext,
    candidate: WitnessedCandidate,
  ): Generator<Testimony | Progress, void, void>;
}
