import type { TranslationRoot } from './architecture.ts';
import type { KernelClaim } from './evidence.ts';
import type { Registers } from './registers.ts';
import type { VirtualAddress, VirtualRange } from './spaces.ts';
import type { VmcoreInfo } from './vmcoreinfo.ts';

/** What a VMCOREINFO says of where its kernel lies, in one architecture's own words. */
export interface VmcoreInfoPlace {
  /** The claim's numbers, `imageOffset` among them where the text gives it. */
  readonly claim: Pick<KernelClaim, 'imageOffset' | 'physBase' | 'kaslrOffset'>;
  /** The kernel's own root table, in the image. */
  readonly rootTable?: VirtualAddress;
  /** How many levels its tables have. */
  readonly levels?: number;
}

/**
 * How Linux places its image on one architecture. To have kernels of an architecture found, write
 * this beside its `Architecture`.
 */
export interface KernelLayout {
  /** The `Architecture`, by its name. */
  readonly name: string;
  /** An image's offset and its KASLR offset are multiples of it. */
  readonly imageAlignmentInBytes: number;
  /** The usual link address of `_text`; an assumption, never a proof. Null where there is none. */
  readonly usualTextLinkAddress: VirtualAddress | null;
  /** Variables that are the kernel's own root table, the newest name first. */
  readonly rootTableSymbols: readonly string[];
  /**
   * True where all kernels of a machine may have one image offset (a linear window): then the place
   * of the text in physical memory tells them apart, and a finding without it (or a virtual address
   * of the text) belongs to no candidate. False where each kernel has an offset of its own.
   */
  readonly isOffsetShared: boolean;
  /** Where kernels of these tables have their image. */
  imageWindow(root: TranslationRoot | null): VirtualRange;
  /** The image offset that follows from a claim's other numbers; undefined where none does. */
  imageOffsetOf(claim: KernelClaim): bigint | undefined;
  /** x86-64's `phys_base`; null on other architectures. */
  physBaseOf(imageOffset: bigint): number | null;
  /** Other numbers by which this architecture's tools ask for the kernel: `kimageVoffset`. */
  numbersOf?(imageOffset: bigint): Readonly<Record<string, bigint>>;
  readVmcoreInfo(info: VmcoreInfo): VmcoreInfoPlace;
  /**
   * The offset of a CPU's own per-CPU data, by its registers, which the kernel's `__per_cpu_offset`
   * lists by its number of the CPU. Undefined where they do not say; never what a process may set.
   */
  perCpuOffsetIn?(registers: Registers): bigint | undefined;
}
