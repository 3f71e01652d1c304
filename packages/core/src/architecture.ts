import type { Note } from './note.ts';
import type { PhysicalMemory } from './physical-memory.ts';
import type { Registers } from './registers.ts';
import type { ByteOrder, PhysicalAddress, VirtualAddress } from './spaces.ts';

/** Where a page-table walk starts. */
export interface PagingRoot {
  /** The top table, flags cleared. */
  readonly pageTableRoot: PhysicalAddress;
  /** x86-64: 4 or 5. */
  readonly levels: number;
}

export interface Translation {
  readonly physicalAddress: PhysicalAddress;
  /** The mapping's own page size: 4 KiB, 2 MiB, 1 GiB. */
  readonly mappingSizeInBytes: number;
  readonly isWritable: boolean;
  readonly isExecutable: boolean;
  readonly isUser: boolean;
  /** The entries of the walk, top first: where each lay and what it held. */
  readonly entries: readonly { readonly at: PhysicalAddress; readonly value: bigint }[];
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

/** Page tables of one architecture. Every walk is bounded: tables that point to themselves cannot loop it. */
export interface Paging {
  /**
   * Walks from the root. Throws `not-mapped` (also for a non-canonical address), and `page-unreadable` where a table cannot be read.
   */
  translate(memory: PhysicalMemory, root: PagingRoot, virtualAddress: VirtualAddress): Translation;
  /**
   * The mapped runs of [from, to), ascending. Unreadable tables are passed over. Yields at most `limit` runs (default 65,536).
   */
  mappedRuns(
    memory: PhysicalMemory,
    root: PagingRoot,
    from: VirtualAddress,
    to: VirtualAddress,
    limit?: number,
  ): Generator<MappedRun, void, void>;
  /** The pages that hold the tables below some roots, each once; tables that cannot be read are passed over. At most `limit` tables are read. */
  tablePages?(memory: PhysicalMemory, roots: readonly PagingRoot[], limit: number): Generator<TablePage, void, void>;
  /** The root a CPU used, or undefined where paging was off or the registers do not tell. PTI's user half is turned to the kernel's. */
  rootOf(registers: Registers): PagingRoot | undefined;
}

/** The constants by which Linux places its image on an architecture. */
export interface KernelLayout {
  /** Start of the window that maps the kernel image: `__START_KERNEL_map` on x86-64. */
  readonly imageWindowStart: VirtualAddress;
  /** Exclusive; on x86-64 modules begin here. */
  readonly imageWindowEnd: VirtualAddress;
  /** The usual link address of `_text`; an assumption, never a proof. */
  readonly usualTextLinkAddress: VirtualAddress;
  /** phys_base is a multiple of it. */
  readonly physBaseAlignmentInBytes: number;
}

/** One processor architecture: what its notes, page tables and kernel layout look like. Each part may be missing. */
export interface Architecture {
  /** As `uname -m` says: `x86_64`, `i386`, `arm64`. */
  readonly name: string;
  /** `e_machine` values, with the ELF class they need (32 or 64), or 'any'. */
  readonly elfMachines: readonly { readonly machine: number; readonly wordSizeInBits: 32 | 64 | 'any' }[];
  /** Names of the same machine in a KDUMP header's utsname. */
  readonly machineNames: readonly string[];
  readonly wordSizeInBits: 32 | 64;
  /** Reads NT_PRSTATUS; undefined where the descriptor does not fit. */
  prstatus?(note: Note, byteOrder: ByteOrder): { readonly pid: number; readonly registers: Registers } | undefined;
  /** Reads QEMU's CPU state note; undefined where it does not fit. */
  qemuCpuState?(note: Note): Registers | undefined;
  /**
   * The name of the architecture whose kernel a CPU runs, where its registers tell: a file of a 64-bit machine may hold a 32-bit
   * kernel. Undefined where they do not tell.
   */
  modeOf?(registers: Registers): string | undefined;
  readonly paging?: Paging;
  readonly kernelLayout?: KernelLayout;
}
