import type { ErrorFacts } from './errors.ts';
import type { AnyMemoryLook } from './memory/pass/memory-look.ts';
import type { Note } from './note.ts';
import type { BareNote } from './notes/text-notes.ts';
import type { PhysicalMemory } from './physical-memory.ts';
import type { Progress } from './progress.ts';
import type { Cpu, Registers } from './registers.ts';
import type { ByteOrder, PhysicalAddress, VirtualAddress, VirtualRange } from './spaces.ts';

/**
 * Where a translation of virtual addresses starts. Only the `Mmu` that made it knows what it means.
 * All other code compares keys, shows the summary and hands it back. Plain data, so it survives
 * `structuredClone`.
 */
export interface TranslationRoot {
  /** Equal for equal roots of one architecture; different for all others. */
  readonly key: string;
  /** For people: `4-level tables at 0x2a10000`. */
  readonly summary: string;
  /** The smallest page it maps: bytes within one are contiguous in physical memory. */
  readonly basePageSizeInBytes: number;
  /** The top table, flags cleared, for reports; null for a window that is mapped without tables. */
  readonly tableAddress: PhysicalAddress | null;
  /**
   * How many levels the tables have, for reports; null for a window that is mapped without tables.
   */
  readonly levels: number | null;
  /**
   * How many bits of an address its tables translate, where neither the levels nor the page size
   * say: arm64's 48 and 52. Left out elsewhere.
   */
  readonly addressBits?: number;
}

/** One entry that a walk read. */
export interface WalkEntry {
  readonly at: PhysicalAddress;
  /** Its place in the table: the bits of the address that chose it. */
  readonly index: number;
  readonly value: bigint;
  /** The level of the table that holds it: 1 is the lowest. */
  readonly level: number;
  /** The table or page it leads to, flags cleared. */
  readonly leadsTo: PhysicalAddress;
}

export interface Translation {
  readonly physicalAddress: PhysicalAddress;
  /**
   * The mapping's own page size: 4 KiB, 2 MiB, 1 GiB. The smallest where the rights are not known.
   */
  readonly mappingSizeInBytes: number;
  /**
   * The rights of all levels together. All three are null where the dump has no table that says
   * them: the place of the kernel is known, and stands for its tables.
   */
  readonly isWritable: boolean | null;
  readonly isExecutable: boolean | null;
  readonly isUser: boolean | null;
  /** The entries of the walk, top first; none for a window without tables. */
  readonly entries: readonly WalkEntry[];
}

/** What one entry of a page table says. */
export interface EntryFacts {
  readonly leadsTo: PhysicalAddress;
  /** In the words of crash: `PRESENT`, `RW`, `USER`; the lowest bit first. */
  readonly flags: readonly string[];
}

/** A run of virtual memory that maps to consecutive physical memory with the same rights. */
export interface MappedRun {
  readonly virtualAddress: VirtualAddress;
  readonly physicalAddress: PhysicalAddress;
  readonly lengthInBytes: number;
  readonly isWritable: boolean;
  readonly isExecutable: boolean;
}

/** A page that holds one page table, or several small ones. */
export interface TablePage {
  readonly physicalAddress: PhysicalAddress;
  /** The level of the table: 1 is the lowest. */
  readonly level: number;
}

/** A root met in memory that leads to the window searched for. */
export interface FoundRoot {
  readonly root: TranslationRoot;
  /**
   * The table through which it leads there. Roots of one kernel share it, so one root stands for
   * all.
   */
  readonly sharedTable: PhysicalAddress;
}

/**
 * How a processor translates addresses. Every walk is bounded: tables that point to themselves
 * cannot loop it. To support an architecture's page tables, write `rootOf`, `rootsAt`, `translate`
 * and `mappedRuns`. Add `findRoots` and `mapsLinearly` to find a kernel without a CPU's registers.
 * Add `windows` for processors that map memory without tables.
 */
export interface Mmu {
  /** The root that a CPU used. Undefined where translation was off or the registers do not say. */
  rootOf(registers: Registers): TranslationRoot | undefined;
  /**
   * The roots that a table at this place may be, the likeliest first: one for each number of
   * levels. All of them may be wrong.
   */
  rootsAt(tableAddress: PhysicalAddress): readonly TranslationRoot[];
  /**
   * Whether a CPU translated addresses: false in firmware and boot code that runs without
   * translation. Undefined where its registers do not say.
   */
  isTranslating?(registers: Registers): boolean | undefined;
  /**
   * The virtual address of the instruction that a CPU was about to run. Undefined where its
   * registers do not say.
   */
  instructionAddress?(registers: Registers): VirtualAddress | undefined;
  /**
   * Roots that may be those of the kernel that a CPU runs, the likeliest first. For processors
   * whose registers do not name them as such: they name a program's tables, or only a half of the
   * kernel's. All of them may be wrong: what they map must show the kernel.
   */
  kernelRootsOf?(memory: PhysicalMemory, registers: Registers): readonly TranslationRoot[];
  /** Other roots that a CPU's own root implies: the kernel's half of page-table isolation. */
  relatedRoots?(root: TranslationRoot): readonly TranslationRoot[];
  /**
   * The root of a program's own tables at this place, under the kernel of a root. Left out where
   * one root serves kernel and program: then it is one of `rootsAt`, of as many levels.
   */
  programRootAt?(tableAddress: PhysicalAddress, kernelRoot: TranslationRoot): TranslationRoot;
  /**
   * Windows that the processor maps without tables: ppc64's linear map, loongarch64's direct map.
   * Every kernel appears in them alike. So `rootOf` may return a window, but it selects no kernel.
   * A heuristic selects one with `reachedByCpu`, where the CPU's program counter lies in the image.
   * Kernels in a window share an image offset (`KernelLayout.isOffsetShared`).
   */
  readonly windows?: readonly TranslationRoot[];
  /**
   * Walks from the root. Throws `not-mapped`, also for a non-canonical address. Throws
   * `page-unreadable` where a table cannot be read.
   */
  translate(
    memory: PhysicalMemory,
    root: TranslationRoot,
    virtualAddress: VirtualAddress,
  ): Translation;
  /**
   * What `translate` throws as `not-mapped`, without an error made of it: one takes longer than a
   * hundred walks. Undefined for an address that is mapped. Throws `page-unreadable`. Left out,
   * `translate` is asked.
   */
  gapAt?(
    memory: PhysicalMemory,
    root: TranslationRoot,
    virtualAddress: VirtualAddress,
  ): ErrorFacts['not-mapped'] | undefined;
  /**
   * The mapped runs of [from, to), ascending. Skips unreadable tables. Yields at most `limit` runs
   * (default 65,536).
   */
  mappedRuns(
    memory: PhysicalMemory,
    root: TranslationRoot,
    from: VirtualAddress,
    to: VirtualAddress,
    limit?: number,
  ): Generator<MappedRun, void, void>;
  /**
   * The pages that hold the tables below some roots, each page once. Skips tables that cannot be
   * read. Reads at most `limit` tables.
   */
  tablePages?(
    memory: PhysicalMemory,
    roots: readonly TranslationRoot[],
    limit: number,
  ): Generator<TablePage, void, void>;
  /**
   * What an entry of the lowest tables says: where it leads, and the names of its flags. Undefined
   * for an entry that is not present. Left out, entries are not explained.
   */
  entryFacts?(value: bigint): EntryFacts | undefined;
  /** Searches all stored memory, ascending, for possible roots whose tables lead to a window. */
  findRoots?(
    memory: PhysicalMemory,
    window: VirtualRange,
  ): Generator<FoundRoot | Progress, void, void>;
  /**
   * The kernel's roots that a table at this place may be, judged as `findRoots` judges what it
   * meets. For a table that a kernel's own code names.
   */
  kernelRootsAt?(
    memory: PhysicalMemory,
    tableAddress: PhysicalAddress,
    window: VirtualRange,
  ): Generator<FoundRoot | Progress, void, void>;
  /**
   * What `findRoots` looks for in all memory, by `lookThrough`. Where the machine is not known, the
   * pass that searches for its signs takes it along, so that `findRoots` needs none of its own.
   */
  rootLook?(window: VirtualRange): AnyMemoryLook;
  /**
   * Whether a root maps physical memory linearly somewhere, as the roots of a running kernel do.
   */
  mapsLinearly?(memory: PhysicalMemory, root: TranslationRoot): boolean;
}

/** What one note says about a CPU. */
export interface NoteRegisters {
  /** The kind of note, a lower-case word: `prstatus`, `qemu`, `virtualbox`. */
  readonly from: string;
  /** The process ID of the task the CPU ran; undefined where the note has none. */
  readonly pid?: number;
  readonly registers: Registers;
}

/**
 * Reads the notes of CPUs. The n-th note of each kind belongs to the n-th CPU. A CPU's registers
 * come from all its notes together: a later note may add what an earlier one lacks.
 */
export interface RegisterReader {
  /** Undefined for a note that describes no CPU of this architecture, or has the wrong size. */
  read(note: Note, byteOrder: ByteOrder): NoteRegisters | undefined;
  /**
   * The descriptor of a CPU's note with all its numbers in the other byte order; undefined for a
   * note that it does not know. Needed where a file's byte order may not be its kernel's.
   */
  inOtherByteOrder?(note: Pick<Note, 'name' | 'type' | 'descriptor'>): Uint8Array | undefined;
  /**
   * The notes that give these CPUs to other readers, as QEMU writes them: NT_PRSTATUS of each, then
   * QEMU's own note of each, from which crash and drgn take control registers. Needed to write a
   * dump of a format that stores CPUs itself.
   */
  notesOf?(
    cpus: readonly Pick<Cpu, 'pid' | 'registers'>[],
    byteOrder: ByteOrder,
  ): readonly BareNote[];
}

/** One `e_machine` value of an architecture. */
export interface ElfMachine {
  readonly machine: number;
  /** The ELF class that it needs. */
  readonly wordSizeInBits: 32 | 64 | 'any';
  /**
   * True where the number belongs to another architecture. It means this one only in a dump whose
   * first CPU, by QEMU's note, had translation off: QEMU derives the number from that CPU's mode.
   */
  readonly onlyUntranslated?: boolean;
}

/** How files call a machine. */
export interface MachineNames {
  /** `e_machine` values; the usual one first. */
  readonly elf: readonly ElfMachine[];
  /** What `uname -m` prints on it, the usual name first. A `*` at the end stands for anything. */
  readonly utsname: readonly string[];
  /**
   * Size of Linux's `struct elf_prstatus`, which identifies the machine of a note; undefined where
   * unknown.
   */
  readonly prstatusSizeInBytes?: number;
  /**
   * Sizes of NT_PRFPREG, in files of Linux and of QEMU. Needed only where another machine's
   * NT_PRSTATUS has the same size.
   */
  readonly fpregsetSizesInBytes?: readonly number[];
  /** Sizes of QEMU's own CPU note in every QEMU version; left out where QEMU writes none. */
  readonly qemuNoteSizesInBytes?: readonly number[];
}

/**
 * One processor architecture. It names no kernel: how Linux uses it stands in a `KernelLayout`.
 * With its names alone, its dumps open and name their machine. `registers` adds its CPUs, `mmu` its
 * virtual memory.
 */
export interface Architecture {
  /** This library's name for it: `x86_64`, `i386`, `arm64`. */
  readonly name: string;
  readonly machines: MachineNames;
  readonly wordSizeInBits: 32 | 64;
  /**
   * Byte order of its kernels' memory. Undefined where both exist: then the file's byte order
   * counts.
   */
  readonly byteOrder?: ByteOrder;
  /** The page sizes its kernels are built with, the usual one first. */
  readonly pageSizesInBytes: readonly number[];
  readonly registers?: RegisterReader;
  /**
   * The name of the architecture whose kernel a CPU runs, because a file of a 64-bit machine may
   * hold a 32-bit kernel. Undefined where the registers do not say.
   */
  modeOf?(registers: Registers): string | undefined;
  readonly mmu?: Mmu;
}
