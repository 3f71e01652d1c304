import type { TranslationRoot } from './architecture.ts';
import type {
  EvidenceKind,
  Finding,
  KernelClaim,
  KernelRole,
  Place,
  Strength,
} from './evidence.ts';
import type { MemoryLayout } from './memory-layout.ts';
import type { ByteOrder } from './spaces.ts';

/**
 * How sure a verdict is. `certain`: a witness saw it through the page tables, and there are two
 * independent kinds of evidence or a proof. `probable`: a witness, or two kinds. `ambiguous`: two
 * witnessed answers, and nothing selects one. `none`: no kernel was found.
 */
export type Confidence = 'certain' | 'probable' | 'ambiguous' | 'none';

/** Why there is no kernel in a verdict; null when there is one. */
export type NoKernelReason =
  | 'no-kernel'
  | 'unsupported-architecture'
  | 'ambiguous'
  /** A read of the dump's files failed. */
  | 'source-failed'
  /** The search reached its limit of pages to read. */
  | 'page-limit'
  /** A search would have to fetch more over the network than it may. */
  | 'transfer-limit'
  | 'timed-out'
  | 'insufficient-evidence'
  | 'wrong-symbols';

/** Where a kernel lies. Null means not proved. */
export interface LocatedKernel {
  /** Virtual minus physical address of the image, modulo 2^64. */
  readonly imageOffset: bigint;
  /** x86-64's phys_base, derived from it; null on other architectures. */
  readonly physBase: number | null;
  /** Other numbers that the architecture's tools need for the kernel, by the tools' own names. */
  readonly numbers: Readonly<Record<string, bigint>>;
  readonly kaslrOffset: number | null;
  readonly textVirtualAddress: bigint | null;
  readonly textPhysicalAddress: number | null;
  /** Virtual minus physical address of the linear map of all memory, modulo 2^64. */
  readonly linearMapOffset: bigint | null;
  /** The root of its virtual memory. */
  readonly root: TranslationRoot | null;
  /**
   * The number of levels of its page tables. Null where that is not proved, even though `root`
   * shows the image: a kernel in early boot has tables below its root that look like a root.
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
  /** The heuristic that reported it. */
  readonly by: string;
  readonly because: string;
  readonly at: readonly Place[];
}

/** One piece of evidence, as reported. */
export interface EvidenceRow {
  /** The heuristic or witness that reported it. */
  readonly by: string;
  readonly evidence: EvidenceKind;
  readonly strength: Strength;
  readonly claim: KernelClaim;
  readonly because: string;
  readonly at: readonly Place[];
  /** True where it was seen through the candidate's own page tables. */
  readonly isWitness: boolean;
}

export interface Candidate {
  readonly kernel: LocatedKernel;
  readonly confidence: Exclude<Confidence, 'ambiguous'>;
  readonly isReachedByCpu: boolean;
  /** True where the file's own VMCOREINFO names it. */
  readonly isNamedByFile: boolean;
  readonly isWitnessed: boolean;
  readonly evidence: readonly EvidenceRow[];
  readonly contradictions: readonly EvidenceRow[];
}

/** A symbol file from the user that matches none of the kernels found, and why. */
export interface RefusedSymbols {
  readonly file: string;
  readonly because: string;
}

/** A heuristic that did not run or did not finish, and why. */
export interface NotRun {
  readonly name: string;
  readonly because: string;
  /** Its own code is at fault: it threw, ran past its time limit, or yielded nonsense. */
  readonly isFault?: true;
  /**
   * Where it failed in its own code, for its author. Only for errors that are not this library's.
   */
  readonly stack?: string;
}

/** Where memory lies in a file that does not say it, as a search saw it. */
export interface LayoutVerdict {
  /** The layout that the dump has from now on. */
  readonly layout: MemoryLayout;
  /**
   * True where the user gave it and the kernel does not deny it, or where the kernel's own list of
   * memory agrees with it. False: memory at other addresses than the kernel's may lie elsewhere.
   */
  readonly isProved: boolean;
  /** What proves it, or why it is not proved. */
  readonly because: string;
  /** The other layouts, each with what came of it. */
  readonly others: readonly { readonly layout: MemoryLayout; readonly because: string }[];
}

export interface Verdict {
  readonly kernel: LocatedKernel | null;
  readonly confidence: Confidence;
  /** Null exactly when `kernel` is not. */
  readonly reason: NoKernelReason | null;
  /** One sentence for people. It ends with the `qualifications`. */
  readonly explanation: string;
  /**
   * Clauses that limit or explain the answer, like `no CPU's page tables lead to this kernel`; none
   * where the answer is plain.
   */
  readonly qualifications: readonly string[];
  readonly candidates: readonly Candidate[];
  readonly origin: Origin;
  /**
   * What speaks against the chosen kernel, and values in the dump that are wrong (a header's
   * phys_base).
   */
  readonly contradictions: readonly EvidenceRow[];
  readonly evidence: readonly EvidenceRow[];
  readonly remarks: readonly {
    readonly by: string;
    readonly finding: Extract<Finding, { kind: 'remark' }>;
  }[];
  readonly notRun: readonly NotRun[];
  /** Symbol files that were compared with a kernel and match none. */
  readonly refusedSymbols: readonly RefusedSymbols[];
  /** Where memory lies; left out where the file itself says it. */
  readonly memoryLayout?: LayoutVerdict;
  /** The names of the symbol files that match the located kernel. */
  readonly matchedSymbols: readonly string[];
}

/** Whether two are one kernel: at one image offset, with their text at one place. */
export function isSameKernel(one: LocatedKernel, other: LocatedKernel | null): boolean {
  return (
    one.imageOffset === other?.imageOffset && one.textPhysicalAddress === other.textPhysicalAddress
  );
}
