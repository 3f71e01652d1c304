import type { AddressSpace } from './address-space.ts';
import type { MappedRun } from './architecture.ts';
import type { EvidenceKind, KernelClaim, KernelRole, Place, Strength } from './evidence.ts';
import type { HeuristicContext } from './heuristic.ts';
import type { PhysicalRange } from './physical-memory.ts';
import type { Progress } from './progress.ts';
import type { SymbolTable } from './symbol-source.ts';

/** A candidate as a witness sees it: everything claimed so far, merged, and memory through its own page tables. */
export interface WitnessedCandidate {
  readonly claim: KernelClaim & { readonly physBase: number };
  /** Through the candidate's page tables; null where no root is known that maps the claimed image. */
  readonly space: AddressSpace | null;
  /** The mapped runs of the image window through `space`. */
  readonly runs: readonly MappedRun[];
  /** Symbols at run-time addresses, where they could be had: kallsyms carved through `space`, or a matching symbol file. */
  symbols(): Generator<Progress, SymbolTable | undefined, void>;
}

/** What a witness says of a candidate. */
export interface Testimony {
  readonly stance: 'for' | 'against';
  readonly evidence: EvidenceKind;
  readonly strength: Strength;
  /** True where it was read through the candidate's own page tables. */
  readonly isThroughPageTables: boolean;
  /** What it establishes besides (release, build ID, KASLR offset), or the value it saw instead of the candidate's. */
  readonly claim: KernelClaim;
  readonly role?: KernelRole;
  /** Physical memory this kernel keeps for a capture kernel (`crashk_res`): a kernel found inside it is its capture kernel. */
  readonly captureReserve?: PhysicalRange;
  /** Of a symbol file the user gave: its name, and why it is not this kernel's; null where it is. */
  readonly symbolFile?: { readonly from: string; readonly refused: string | null };
  readonly because: string;
  readonly at: readonly Place[];
}

/** Judges a candidate by looking at memory through it. Always run; says nothing where it can see nothing. */
export interface Witness {
  readonly name: string;
  readonly summary: string;
  readonly architectures: readonly string[] | 'any';
  testify(context: HeuristicContext, candidate: WitnessedCandidate): Generator<Testimony | Progress, void, void>;
}
