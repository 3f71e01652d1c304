import type { TranslationRoot } from './architecture.ts';
import type {
  EvidenceKind,
  Finding,
  KernelClaim,
  KernelRole,
  Place,
  Strength,
} from './evidence.ts';
import type { ByteOrder } from './spaces.ts';

/**
 * `certain`: witnessed through the page tables, and two independent kinds of evidence or a proof.
 * `probable`: witnessed, or two kinds. `ambiguous`: two witnessed answers and nothing selects.
 * `none`: no kernel was found.
 */
export type Confidence = 'certain' | 'probable' | 'ambiguous' | 'none';

/** Why there is no kernel in a verdict; null when there is one. */
export type NoKernelReason =
  | 'no-kernel'
  | 'unsupported-architecture'
  | 'ambiguous'
  /** A read of the dump's files failed. */
  | 'source-failed'
  /** The search read as many pages as it may. */
  | 'page-limit'
  | 'timed-out'
  | 'insufficient-evidence'
  | 'wrong-symbols';

/** Where a kernel lies. Null means not proved. */
export interface LocatedKernel {
  /** Virtual minus physical address of the image, modulo 2^64. */
  readonly imageOffset: bigint;
  /** x86-64's phys_base, which follows from it; null on other architectures. */
  readonly physBase: number | null;
  /**
   * Other numbers by which the architecture's tools ask for the kernel, by the tools' own names.
   */
  readonly numbers: Readonly<Record<string, bigint>>;
  readonly kaslrOffset: number | null;
  readonly textVirtualAddress: bigint | null;
  readonly textPhysicalAddress: number | null;
  /** What its virtual memory is seen through. */
  readonly root: TranslationRoot | null;
  /**
   * How many levels its page tables have. Null where that is not proved, though the image is seen
   * through `root`: a kernel that only begins to boot has tables below its root that look like one.
   */
  readonly pagingLevels: number | null;
  readonly byteOrder: ByteOrder;
  readonly wordSizeInBits: 32 | 64;
  readonly release: string | null;
  readonly banner: string | null;
  readonly buildId: string | null;
  readonly role: KernelRole;
}

export interface Origin {
  /** Lower-case words: `qemu`, `kdump`, `makedumpfile`, `vmcorekit`, `unknown`. */
  readonly capturedBy: string;
  readonly writtenBy: string;
  readonly because: readonly OriginReason[];
}

export interface OriginReason {
  readonly axis: 'capturedBy' | 'writtenBy';
  readonly who: string;
  readonly score: number;
  /** The heuristic that says it. */
  readonly by: string;
  readonly because: string;
  readonly at: readonly Place[];
}

/** One piece of evidence as reported. */
export interface EvidenceRow {
  /** The heuristic or witness that says it. */
  readonly by: string;
  readonly evidence: EvidenceKind;
  readonly strength: Strength;
  readonly claim: KernelClaim;
  readonly because: string;
  readonly at: readonly Place[];
  /** Through the candidate's own page tables. */
  readonly isWitness: boolean;
}

export interface Candidate {
  readonly kernel: LocatedKernel;
  readonly confidence: Exclude<Confidence, 'ambiguous'>;
  readonly isReachedByCpu: boolean;
  /** The file's own VMCOREINFO names it. */
  readonly isNamedByFile: boolean;
  readonly isWitnessed: boolean;
  readonly evidence: readonly EvidenceRow[];
  readonly contradictions: readonly EvidenceRow[];
}

/** A symbol file the user gave that is of none of the kernels seen, and why. */
export interface RefusedSymbols {
  readonly file: string;
  readonly because: string;
}

/** A heuristic that did not run, or did not finish, and why. */
export interface NotRun {
  readonly name: string;
  readonly because: string;
  /**
   * Where it failed in its own code, for its author; only of errors that are none of this
   * library's.
   */
  readonly stack?: string;
}

export interface Verdict {
  readonly kernel: LocatedKernel | null;
  readonly confidence: Confidence;
  /** Null exactly when `kernel` is not. */
  readonly reason: NoKernelReason | null;
  /** One sentence for people. */
  readonly explanation: string;
  readonly candidates: readonly Candidate[];
  readonly origin: Origin;
  /**
   * What speaks against the chosen kernel, or what the dump says that is not so (a header's
   * phys_base).
   */
  readonly contradictions: readonly EvidenceRow[];
  readonly evidence: readonly EvidenceRow[];
  readonly remarks: readonly {
    readonly by: string;
    readonly finding: Extract<Finding, { kind: 'remark' }>;
  }[];
  readonly notRun: readonly NotRun[];
  /** Symbol files that were compared with a kernel and are of none. */
  readonly refusedSymbols: readonly RefusedSymbols[];
  /** Symbol files that are the located kernel's, by their names. */
  readonly matchedSymbols: readonly string[];
}

/** Whether two are one kernel: at one image offset, with their text at one place. */
export function isSameKernel(one: LocatedKernel, other: LocatedKernel | null): boolean {
  return (
    one.imageOffset === other?.imageOffset && one.textPhysicalAddress === other.textPhysicalAddress
  );
}
