import type { Architecture } from './architecture.ts';
import type { Damage } from './damage.ts';
import type { ImageFacts } from './image-facts.ts';
import type { MemoryLayout } from './memory-layout.ts';
import type { Note } from './note.ts';
import type { PhysicalMemory, PhysicalRange } from './physical-memory.ts';
import type { Progress } from './progress.ts';
import type { Cpu } from './registers.ts';
import type { ByteOrder } from './spaces.ts';
import type { TableFrames } from './table-frames.ts';
import type { WriterStamp } from './writer-stamp.ts';

/**
 * A header field by its specification's name. 64-bit fields are bigint, signed where the
 * specification's type is.
 */
export type HeaderValue = number | bigint | string;

/** An opened dump: physical memory, notes and header fields. Knows nothing of kernels. */
export interface DumpImage extends Disposable {
  /** The name of the `DumpFormat` that opened it. */
  readonly format: string;
  /**
   * The ELF machine names this library uses (`x86_64`, `i386`, `arm64`, …), or null where the file
   * does not say.
   */
  readonly architecture: string | null;
  readonly byteOrder: ByteOrder;
  readonly wordSizeInBits: 32 | 64;
  readonly memory: PhysicalMemory;
  readonly notes: readonly Note[];
  /**
   * Header fields by their specification's names, for listings. Only the format itself looks one up
   * by name.
   */
  readonly header: ReadonlyMap<string, HeaderValue>;
  /** Where each field of `header` lies in the file, for evidence. */
  readonly headerOffsets: ReadonlyMap<string, number>;
  /**
   * What the format knows of its file. Code outside the format reads these instead of header
   * fields.
   */
  readonly facts?: ImageFacts;
  /**
   * VMCOREINFO as readers see it, up to its first NUL. It is the text the header points to, else
   * the first VMCOREINFO note with any text; null where the file has none.
   */
  readonly vmcoreinfo: string | null;
  /** The text of ERASEINFO, found the same way, or null. */
  readonly eraseinfo: string | null;
  /**
   * The mark that the writer of the file left, where the format has a place for it. Null where that
   * place is empty.
   */
  readonly writerStamp?: WriterStamp | null;
  /**
   * The processors, in order, where the format itself stores them (a hypervisor's snapshot). Then
   * the notes are not read for CPUs. The engine passes the architecture, whose register names
   * apply.
   */
  cpus?(architecture: Architecture | null): readonly Pick<Cpu, 'pid' | 'registers'>[];
  /**
   * How page tables count pages, where they count otherwise than `memory`. The engine then hands
   * out an architecture whose walks translate the frames. Such an image can be read, and cannot be
   * written: no format says what its page tables mean.
   */
  readonly tableFrames?: TableFrames;
  /** Where its memory lies, if the file itself does not say. Left out where the file says it. */
  readonly memoryLayout?: MemoryLayout;
  /**
   * The same file with its memory in every possible layout, the likeliest first; one of them is
   * like this image. They share its files, and disposing this image disposes all. Each has a
   * `memoryLayout`. A search takes the one through which witnesses can read.
   */
  readonly possibleLayouts?: readonly DumpImage[];
  /**
   * The same file with memory placed that it holds, but whose address it does not say: every way
   * that agrees with the RAM that a kernel lists, ascending. Empty where none does, or too many do.
   * They share its files, and disposing this image disposes all. Left out where the file says where
   * all of its memory lies.
   */
  layoutsBy?(ram: readonly PhysicalRange[]): readonly DumpImage[];
  /** Damage found so far; grows as pages are read. */
  readonly damage: readonly Damage[];
  /**
   * Checks what opening does not need: whether the format's own structures agree with each other.
   * Yields its findings and progress. It does not check pages; `verify`, its caller, reads them
   * anyway.
   */
  check?(): Iterable<Progress | Damage>;
}
