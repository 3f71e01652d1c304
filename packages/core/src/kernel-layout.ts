import type { AddressSpace } from './address-space.ts';
import type { TranslationRoot } from './architecture.ts';
import type { KernelClaim } from './evidence.ts';
import type { PhysicalMemory } from './physical-memory.ts';
import type { Registers } from './registers.ts';
import type { PhysicalAddress, VirtualAddress, VirtualRange } from './spaces.ts';
import type { LocatedKernel } from './verdict.ts';
import type { VmcoreInfo } from './vmcoreinfo.ts';

/** What a VMCOREINFO says about its kernel's place, in one architecture's own words. */
export interface VmcoreInfoPlace {
  /** The claim's numbers, `imageOffset` among them where the text gives it. */
  readonly claim: Pick<
    KernelClaim,
    'imageOffset' | 'linearMapOffset' | 'physBase' | 'kaslrOffset' | 'textVirtualAddress'
  >;
  /** True where the claim's linear map is that of every kernel of its kind, not the note's word. */
  readonly isLinearMapFixed?: true;
  /** The kernel's own root table, in the image. */
  readonly rootTable?: VirtualAddress;
  /** How many levels its tables have. */
  readonly levels?: number;
  /** The root's `basePageSizeInBytes`, where an architecture has several. */
  readonly basePageSizeInBytes?: number;
  /** The root's `addressBits`, where an architecture has several. */
  readonly addressBits?: number;
}

/** A header for boot loaders in a kernel's own image. */
export interface BootHeader {
  readonly address: VirtualAddress;
  /** The physical address that the kernel was linked for. */
  readonly linkedAt: bigint;
}

/** What is proved about the place of a kernel. */
export interface KernelPlace {
  readonly imageOffset: bigint;
  readonly linearMapOffset: bigint | null;
  /** Left out, or null, where it is not proved. */
  readonly kaslrOffset?: number | null;
  readonly root: TranslationRoot | null;
}

/**
 * How Linux places its image on one architecture. Write one beside an `Architecture` to have its
 * kernels found.
 */
export interface KernelLayout {
  /** The name of the `Architecture`. */
  readonly name: string;
  /** Image offsets and KASLR offsets are multiples of it. */
  readonly imageAlignmentInBytes: number;
  /** The usual link address of `_text`; an assumption, never a proof. Null where there is none. */
  readonly usualTextLinkAddress: VirtualAddress | null;
  /** Names of variables that hold the kernel's own root table, the newest name first. */
  readonly rootTableSymbols: readonly string[];
  /**
   * True where all kernels of a machine may have one image offset (a linear window). Then the
   * physical place of the text distinguishes them, and a finding without it (or a virtual address
   * of the text) belongs to no candidate. False where each kernel has its own offset.
   */
  readonly isOffsetShared: boolean;
  /**
   * True where a kernel's image holds the kernel's root table and maps it, and the window holds
   * much else. Then this map of the root shows which mappings are the image's. Left out where the
   * image comes first in its window.
   */
  readonly isRootInImage?: boolean;
  /**
   * True where Linux makes a page of its image writable before it gives it away. Then all that is
   * mapped from the start of the text on, without a gap and not writable, is the kernel's own. Left
   * out where the image keeps its mappings, or this is not known.
   */
  readonly ownsReadOnlyPages?: boolean;
  /** Where kernels under these tables have their image. */
  imageWindow(root: TranslationRoot | null): VirtualRange;
  /** The image offset that follows from a claim's other numbers; undefined where none does. */
  imageOffsetOf(claim: KernelClaim): bigint | undefined;
  /** x86-64's `phys_base`; null on other architectures. */
  physBaseOf(imageOffset: bigint): number | null;
  /**
   * Other numbers that this architecture's tools need for the kernel, by the tools' own names:
   * `kimage_voffset`. Leaves out what does not follow from the place.
   */
  numbersOf?(place: KernelPlace): Readonly<Record<string, bigint>>;
  readVmcoreInfo(info: VmcoreInfo): VmcoreInfoPlace;
  /**
   * The lines of a VMCOREINFO that state the place, as this architecture's kernels write them, for
   * a dump that holds none. Leaves out what is not proved.
   */
  vmcoreInfoLines?(
    kernel: KernelPlace & Pick<LocatedKernel, 'physBase' | 'pagingLevels'>,
  ): Readonly<Record<string, string>>;
  /**
   * Whether Linux may link the start of its text, `_stext`, at an address. Left out where that is
   * not known: then no copy of an image proves a KASLR offset.
   */
  isTextLinkAddress?(address: VirtualAddress): boolean;
  /**
   * The distances from the start of memory at which `_stext` lies where boot loaders choose the
   * place, the usual one first. Left out where nothing looks there.
   */
  readonly usualTextDistances?: readonly number[];
  /**
   * Where `_text` lies, from the place of `_stext`, on machines whose kallsyms names no `_text`.
   * Undefined where the image does not say.
   */
  textStartBefore?(
    memory: Pick<PhysicalMemory, 'read'>,
    stext: PhysicalAddress,
  ): PhysicalAddress | undefined;
  /**
   * The headers for boot loaders that the image whose text begins there keeps, on machines where
   * nothing else states the link address. Yields undefined now and then.
   */
  bootHeadersIn?(
    memory: Pick<AddressSpace, 'read' | 'translate' | 'tryReadInto'>,
    text: VirtualAddress,
  ): Generator<BootHeader | undefined, void, void>;
  /**
   * The offset of a CPU's own per-CPU data, from its registers. The kernel lists these offsets by
   * CPU number in `__per_cpu_offset`. Undefined where the registers do not say. Never a value that
   * a process may set.
   */
  perCpuOffsetIn?(registers: Registers): bigint | undefined;
  /**
   * The size of a transparent huge page (HPAGE_PMD_SIZE) of a kernel with this root, in bytes. Left
   * out where it is what a page table of 8-byte entries maps.
   */
  hugePageSizeInBytes?(root: Pick<TranslationRoot, 'tableAddress'>): number;
  /**
   * True where the program counter alone says which kernel a CPU ran: no note of a CPU names its
   * root (arm64, riscv64), or every root maps all kernels, which share one image offset (i386).
   */
  readonly isRunByPc?: boolean;
  /**
   * Symbols of page tables that the image holds, below its root, and that are left where the tables
   * of the image itself lie elsewhere. Left out where those lie in the image.
   */
  readonly staticTables?: readonly string[];
  /** Variables in which a kernel keeps its own place. x86-64's `phys_base` has its own witness. */
  readonly placeVariables?: readonly PlaceVariable[];
}

/** A variable in which a kernel keeps its own place. */
export interface PlaceVariable {
  /** Its symbol. */
  readonly name: string;
  /** How many of the kernel's words are read. */
  readonly words: number;
  /**
   * The image offset that the words prove, given the candidate's; undefined where they prove none.
   */
  imageOffsetIn(words: readonly bigint[], candidate: bigint): bigint | undefined;
}
