import type { Note } from './note.ts';
import type { PhysicalMemory } from './physical-memory.ts';
import type { Progress } from './progress.ts';
import type { Registers } from './registers.ts';
import type { ByteOrder, PhysicalAddress, VirtualAddress, VirtualRange } from './spaces.ts';

/**
 * Where a translation of virtual addresses starts. Only the `Mmu` that made it knows what it means;
 * everybody else compares keys, shows the summary and hands it back. Plain data, so it survives
 * `structuredClone`.
 */
export interface TranslationRoot {
  /** Equal for equal roots of one architecture, and for no others. */
  readonly key: string;
  /** For people: `4-level tables at 0x2a10000`. */
  readonly summary: string;
  /** The smallest page it maps: what lies within one is contiguous in physical memory. */
  readonly basePageSizeInBytes: number;
  /** The top table, flags cleared, for reports; null for a window that is mapped without tables. */
  readonly tableAddress: PhysicalAddress | null;
  /**
   * How many levels the tables have, for reports; null for a window that is mapped without tables.
   */
  readonly levels: number | null;
}

/** One entry that a walk read. */
export interface WalkEntry {
  readonly at: PhysicalAddress;
  readonly value: bigint;
  /** Of the table it lies in: 1 is the lowest. */
  readonly level: number;
  /** The table or page it leads to, flags cleared. */
  readonly leadsTo: PhysicalAddress;
}

export interface Translation {
  readonly physicalAddress: PhysicalAddress;
  /** The mapping's own page size: 4 KiB, 2 MiB, 1 GiB. */
  readonly mappingSizeInBytes: number;
  readonly isWritable: boolean;
  readonly isExecutable: boolean;
  readonly isUser: boolean;
  /** The entries of the walk, top first; none for a window without tables. */
  readonly entries: readonly WalkEntry[];
}

/** A run of virtual memory mapped to consecutive physical memory with the same rights. */
export interface MappedRun {
  readonly virtualAddress: VirtualAddress;
  readonly physicalAddress: PhysicalAddress;
  readonly lengthInBytes: number;
  readonly isWritable: boolean;
  readonly isExecutable: boolean;
}

/** A page that holds a page table, or several small ones. */
export interface TablePage {
  readonly physicalAddress: PhysicalAddress;
  /** Of the table: 1 is the lowest. */
  readonly level: number;
}

/** A root met in memory that leads to the window searched for. */
export interface FoundRoot {
  readonly root: TranslationRoot;
  /**
   * The table through which it does. Roots of one kernel share it, so one of them tells for all.
   */
  readonly sharedTable: PhysicalAddress;
}

/**
 * How a processor translates addresses. Every walk is bounded: tables that point to themselves
 * cannot loop it. To support an architecture's page tables, write `rootOf`, `rootsAt`, `translate`
 * and `mappedRuns`. `findRoots` and `mapsLinearly` let a kernel be found without a CPU's registers;
 * `windows` is for processors that map memory without tables.
 */
export interface Mmu {
  /** The root a CPU used, or undefined where translation was off or the registers do not say. */
  rootOf(registers: Registers): TranslationRoot | undefined;
  /**
   * The roots that a table at this place may be, the likeliest first: one for each number of
   * levels. None of them need be true.
   */
  rootsAt(tableAddress: PhysicalAddress): readonly TranslationRoot[];
  /**
   * Whether a CPU translated addresses at all: false in firmware and boot code that runs without.
   * Undefined where its registers do not say.
   */
  isTranslating?(registers: Registers): boolean | undefined;
  /**
   * The virtual address of the instruction that a CPU ran; undefined where its registers do not
   * say.
   */
  instructionAddress?(registers: Registers): VirtualAddress | undefined;
  /** Roots that a CPU's own may stand for: the kernel's half of page-table isolation. */
  relatedRoots?(root: TranslationRoot): readonly TranslationRoot[];
  /**
   * Windows that the processor maps without tables: ppc64's linear map, loongarch64's direct one.
   * They show every kernel alike, so `rootOf` may name one, but that selects no kernel: a
   * heuristic's `reachedByCpu` does, where the CPU's program counter lies in the image. Their
   * kernels share an image offset (`KernelLayout.isOffsetShared`).
   */
  readonly windows?: readonly TranslationRoot[];
  /**
   * Walks from the root. Throws `not-mapped` (also for a non-canonical address), and
   * `page-unreadable` where a table cannot be read.
   */
  translate(
    memory: PhysicalMemory,
    root: TranslationRoot,
    virtualAddress: VirtualAddress,
  ): Translation;
  /**
   * The mapped runs of [from, to), ascending. Unreadable tables are passed over. Yields at most
   * `limit` runs (default 65,536).
   */
  mappedRuns(
    memory: PhysicalMemory,
    root: TranslationRoot,
    from: VirtualAddress,
    to: VirtualAddress,
    limit?: number,
  ): Generator<MappedRun, void, void>;
  /**
   * The pages that hold the tables below some roots, each once; tables that cannot be read are
   * passed over. Reads at most `limit` tables.
   */
  tablePages?(
    memory: PhysicalMemory,
    roots: readonly TranslationRoot[],
    limit: number,
  ): Generator<TablePage, void, void>;
  /** Searches all stored memory, ascending, for what may be roots whose tables lead to a window. */
  findRoots?(
    memory: PhysicalMemory,
    window: VirtualRange,
  ): Generator<FoundRoot | Progress, void, void>;
  /** Whether a root maps physical memory linearly somewhere, as those of a running kernel do. */
  mapsLinearly?(memory: PhysicalMemory, root: TranslationRoot): boolean;
}

/** What one note says of a CPU. */
export interface NoteRegisters {
  /** The kind of note, a lower-case word: `prstatus`, `qemu`. */
  readonly from: string;
  /** Of the task the CPU ran; undefined where the note has none. */
  readonly pid?: number;
  readonly registers: Registers;
}

/**
 * Reads the notes of CPUs. The n-th note of each kind is of the n-th CPU, and a CPU's registers are
 * those of all its notes together: a later note may add what an earlier lacks.
 */
export interface RegisterReader {
  /** Undefined for a note that is of no CPU of this architecture, or does not fit. */
  read(note: Note, byteOrder: ByteOrder): NoteRegisters | undefined;
}

/** One `e_machine` value of an architecture. */
export interface ElfMachine {
  readonly machine: number;
  /** The ELF class that it needs. */
  readonly wordSizeInBits: 32 | 64 | 'any';
  /**
   * True where the number is another architecture's, and this one's only in a dump whose first CPU,
   * by QEMU's note of it, translated no addresses: QEMU takes the number from that CPU's mode.
   */
  readonly onlyUntranslated?: boolean;
}

/** How files call a machine. */
export interface MachineNames {
  /** `e_machine` values; the usual one first. */
  readonly elf: readonly ElfMachine[];
  /** What `uname -m` says on it, the usual name first; a `*` at the end stands for anything. */
  readonly utsname: readonly string[];
  /** Of Linux's `struct elf_prstatus`, by which notes tell the machine; undefined where unknown. */
  readonly prstatusSizeInBytes?: number;
  /** Of QEMU's own note of a CPU, since which version ever; left out where QEMU writes none. */
  readonly qemuNoteSizesInBytes?: readonly number[];
}

/**
 * One processor architecture. Names no kernel: what Linux makes of it is a `KernelLayout`. With its
 * names alone, dumps of it open and say what they are; `registers` shows its CPUs, `mmu` its
 * virtual memory.
 */
export interface Architecture {
  /** This library's name for it: `x86_64`, `i386`, `arm64`. */
  readonly name: string;
  readonly machines: MachineNames;
  readonly wordSizeInBits: 32 | 64;
  /** Of its kernels' memory; undefined where either may be, and then the file's counts. */
  readonly byteOrder?: ByteOrder;
  /** The page sizes its kernels are built with, the usual one first. */
  readonly pageSizesInBytes: readonly number[];
  readonly registers?: RegisterReader;
  /**
   * The name of the architecture whose kernel a CPU runs, where its registers say: a file of a
   * 64-bit machine may hold a 32-bit kernel. Undefined where they do not.
   */
  modeOf?(registers: Registers): string | undefined;
  readonly mmu?: Mmu;
}
