import type { EvidenceKind, KernelClaim, KernelRole, Place, Strength } from './evidence.ts';
import type { HeuristicContext } from './heuristic.ts';
import type { KernelView } from './kernel.ts';
import type { PhysicalRange } from './physical-memory.ts';
import type { Progress } from './progress.ts';

/**
 * A candidate as a witness sees it: everything claimed so far, merged, and the kernel through its
 * own translation.
 */
export interface WitnessedCandidate {
  readonly claim: KernelClaim & { readonly imageOffset: bigint };
  /** Null where no root is known that maps the claimed image. */
  readonly kernel: KernelView | null;
}

/** What a witness says of a candidate. */
export interface Testimony {
  readonly stance: 'for' | 'against';
  readonly evidence: EvidenceKind;
  readonly strength: Strength;
  /** True where it was read through the candidate's own translation. */
  readonly isThroughPageTables: boolean;
  /**
   * What it establishes besides (release, build ID, KASLR offset), or the value it saw instead of
   * the candidate's.
   */
  readonly claim: KernelClaim;
  readonly role?: KernelRole;
  /**
   * Physical memory this kernel keeps for a capture kernel (`crashk_res`): a kernel found inside it
   * is its capture kernel.
   */
  readonly captureReserve?: PhysicalRange;
  /**
   * Of a symbol file the user gave: its name, and why it is not this kernel's; null where it is.
   */
  readonly symbolFile?: { readonly from: string; readonly refused: string | null };
  readonly because: string;
  readonly at: readonly Place[];
}

/**
 * Judges a candidate by looking at memory through it. Always run; says nothing where it can see
 * nothing.
 */
export interface Witness {
  readonly name: string;
  readonly summary: string;
  readonly architectures: readonly string[] | 'any';
  testify(
    context: HeuristicContext,
    candidate: WitnessedCandidate,
  ): Generator<Testimony | Progress, void, void>;
}
