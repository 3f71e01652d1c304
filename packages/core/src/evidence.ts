import type { TranslationRoot } from './architecture.ts';
import type { ByteOrder, FileOffset, PhysicalAddress, VirtualAddress } from './spaces.ts';

/**
 * Only different kinds are independent: a CR3 walk and a search for table pages read the same
 * tables.
 */
export type EvidenceKind = 'told' | 'paging' | 'vmcoreinfo' | 'symbols' | 'header';

/**
 * How strong evidence is. `proof`: cannot be otherwise unless the memory itself lies. `strong`: a
 * wrong answer would need a coincidence. `weak`: holds under a named assumption. `hint`: worth a
 * look, but worth nothing alone.
 */
export type Strength = 'proof' | 'strong' | 'weak' | 'hint';

/** Where something was seen. */
export interface Place {
  readonly fileOffset?: FileOffset;
  readonly physicalAddress?: PhysicalAddress;
  readonly virtualAddress?: VirtualAddress;
  readonly note?: string;
}

/** What can be claimed about a kernel. Every field may be left out; none is guessed. */
export interface KernelClaim {
  /**
   * Virtual minus physical address of the kernel image, modulo 2^64. With the physical place of the
   * text, it identifies a kernel on every architecture.
   */
  readonly imageOffset?: bigint;
  /** x86-64's word for the offset: the start of the image window minus `imageOffset`. Signed. */
  readonly physBase?: number;
  /** Run-time minus link address of `_text`. Signed. */
  readonly kaslrOffset?: number;
  readonly textVirtualAddress?: VirtualAddress;
  readonly textPhysicalAddress?: PhysicalAddress;
  /**
   * Virtual minus physical address of the linear map of all memory, modulo 2^64: `page_offset_base`
   * on x86-64, `PAGE_OFFSET` less the start of memory on arm64.
   */
  readonly linearMapOffset?: bigint;
  /** The root of its virtual memory. */
  readonly root?: TranslationRoot;
  readonly release?: string;
  /** The whole `Linux version …` line. */
  readonly banner?: string;
  readonly buildId?: string;
  /** Byte order of the kernel's memory, where it differs from the file's. */
  readonly byteOrder?: ByteOrder;
}

export type ClaimField = keyof KernelClaim;

/** A candidate for where a kernel lies. */
export interface CandidateFinding {
  readonly kind: 'candidate';
  readonly evidence: EvidenceKind;
  readonly strength: Strength;
  readonly claim: KernelClaim;
  /**
   * Fields of the claim that are weaker than the whole, each with the assumption it rests on. They
   * never enter a verdict alone.
   */
  readonly assumes?: { readonly [Field in ClaimField]?: string };
  /** What was seen, in one sentence with numbers. */
  readonly because: string;
  readonly at: readonly Place[];
  /**
   * True where a CPU's own translation reaches this kernel. A window reaches every kernel, so there
   * it is true where the CPU's program counter lies in the image.
   */
  readonly reachedByCpu?: boolean;
  /**
   * True where the file itself, not its memory, names this kernel: in its VMCOREINFO note, or in
   * the header of a hibernated one.
   */
  readonly namedByFile?: boolean;
  /** What the finding knows of the kernel's role. */
  readonly role?: KernelRole;
}

/** A sign of the program that captured the memory, or of the one that wrote the file. */
export interface OriginFinding {
  readonly kind: 'origin';
  readonly axis: 'capturedBy' | 'writtenBy';
  /** A lower-case word: `qemu`, `kdump`, `makedumpfile`, `vmcorekit`. */
  readonly who: string;
  /** Positive speaks for the program, negative against. 100 and more is a proof. */
  readonly score: number;
  readonly because: string;
  readonly at: readonly Place[];
}

/**
 * Evidence against a field value that the dump states (a header's phys_base, for example), with the
 * value.
 */
export interface ContradictionFinding {
  readonly kind: 'contradiction';
  readonly claim: KernelClaim;
  readonly because: string;
  readonly at: readonly Place[];
}

/**
 * Something a reader should know that claims nothing: where the search looked, what could not be
 * read.
 */
export interface RemarkFinding {
  readonly kind: 'remark';
  readonly because: string;
  readonly at: readonly Place[];
}

export type Finding = CandidateFinding | OriginFinding | ContradictionFinding | RemarkFinding;

/**
 * What role a kernel has in the dump.
 * `running`: a CPU's own page tables map it, and CPUs map no other kernel.
 * `crashed`: it says that it crashed (a CRASHTIME in its VMCOREINFO; or `panic_cpu` and a second
 * sign), or its capture kernel runs.
 * `capture`: a kdump kernel. It was given an old kernel's memory (`elfcorehdr_addr`), or lies in
 * the memory that a crashed kernel reserved.
 * `stale`: left in memory by an earlier boot. Claimed only where every CPU is known to run another
 * kernel, or the firmware.
 * `unknown`: none of these is proved. The notes show no CPUs, the CPUs' page tables are lost or
 * zero, or CPUs reach several kernels.
 */
export type KernelRole = 'running' | 'crashed' | 'capture' | 'stale' | 'unknown';
