import type { MappedRun } from './architecture.ts';
import type { ArchitectureTable } from './architecture-table.ts';
import type { ByteSink, ByteSource } from './byte-source.ts';
import type { CompressionMethod, CompressorRegistry } from './compressor.ts';
import type { DumpImage, HeaderValue } from './dump-image.ts';
import type { FileChange } from './file-change.ts';
import type { FactsToWrite } from './image-facts.ts';
import type { Note } from './note.ts';
import type { FileClaim, FileHead, OpenContext } from './opening.ts';
import type { OutputKind } from './output-kind.ts';
import type { PageEncoderFactory } from './page-encoder.ts';
import type { PageFilter } from './page-filter.ts';
import type { Progress } from './progress.ts';
import type { ByteOrder, PhysicalAddress } from './spaces.ts';

/** What a writer may use while it writes. */
export interface FormatContext {
  readonly compressors: CompressorRegistry;
  /** The machine numbers and names that files use for `image.architecture`. */
  readonly architectures: ArchitectureTable;
}

/**
 * A dump format: it probes a file, then opens it. The strongest claim wins; among equals, the
 * format registered first. A minimal format gives `imageOf` a name and a memory.
 */
export interface DumpFormat {
  readonly name: string;
  /** What it reads, in one line, for listings. */
  readonly summary: string;
  /**
   * True where the format is only recognized, not read. A format of the same name that can read it
   * replaces this one.
   */
  readonly isNamedOnly?: true;
  /** Why the file has this format, or undefined for "not mine". Must never throw. */
  probe(file: FileHead): FileClaim | undefined;
  /**
   * Opens a dump from one file, or from several where the format has split dumps. The files may
   * come in any order. First it prepares (codecs may need loading), then it returns the work as a
   * generator. The generator yields progress every few milliseconds, and may be stopped between two
   * steps. The image owns the files once it is returned. Until then the caller does, and the caller
   * also caches them. Throws `truncated`, `malformed` or `unsupported`.
   */
  open(
    files: readonly ByteSource[],
    context: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>>;
  /**
   * True where it opens files whose addresses only the user knows (`OpenContext.placed`). Such a
   * file is given to this format without a probe.
   */
  readonly takesPlaces?: true;
  /**
   * A key that the parts of one split dump share; undefined where the file stands alone. Files
   * given together are joined by it.
   */
  splitSetOf?(source: ByteSource): string | undefined;
  /**
   * The plain names of the files that describe a file of that name, if one of them lies beside it.
   * Asked only of a file that nothing but a guess claims, or a claim with `mayBeMemory`. The engine
   * opens the one that exists and that `probe` claims by its signature. Then `open` gets that one
   * first, and the named file second. If `open` refuses the two, the guess counts.
   */
  mainFilesOf?(name: string): readonly string[];
  /**
   * Whether a file beside the named one proves that it is of this format, whatever its bytes look
   * like: a list of memory that adds up to its size. Asked only of a format whose guess fits the
   * file, where something else claims it too. Disposes what it opens.
   */
  isDescribed?(
    file: Pick<FileHead, 'name' | 'sizeInBytes'>,
    companion: OpenContext['companion'],
  ): Promise<boolean>;
  /**
   * The plain names of the files of a dump whose users name its folder, the one to open first. A
   * folder that holds them all, none of them by a link that leads out, is opened by that file.
   */
  readonly folderHolds?: readonly string[];
  readonly writer?: DumpWriter;
}

/** The machine to write headers for. */
export interface WrittenMachine {
  /** As `DumpImage.architecture`. */
  readonly architecture: string;
  readonly wordSizeInBits: 32 | 64;
  /**
   * The image's where left out. QEMU (up to 7.2, under TCG) describes a little-endian ppc64 machine
   * by big-endian headers and notes.
   */
  readonly byteOrder?: ByteOrder;
}

/** What the writer must write differently from what the image says. */
export interface WriteOptions {
  /** The name of one of the writer's kinds; the first kind where left out. */
  readonly kind?: string;
  readonly compression?: CompressionMethod | 'none';
  /**
   * Encodes the pages. Left out, the writer encodes them in its own thread. The file is the same,
   * byte for byte.
   */
  readonly pageEncoder?: PageEncoderFactory;
  /** Asked in order; the first filter that does not keep a page decides. */
  readonly filters?: readonly PageFilter[];
  /**
   * The machine to write headers for, where it is not the image's: a 64-bit kernel in a 32-bit
   * file.
   */
  readonly machine?: WrittenMachine;
  /**
   * The page size of the file (KDUMP's block_size), where it is not the image's: a power of two.
   * libkdumpfile and drgn take the size that VMCOREINFO states, whatever the file uses.
   */
  readonly pageSizeInBytes?: number;
  /** What the file must state, in any format. */
  readonly facts?: FactsToWrite;
  /** Header fields of the output format, by its specification's names. They win over `facts`. */
  readonly header?: ReadonlyMap<string, HeaderValue>;
  /** Notes to write instead of the image's. */
  readonly notes?: readonly Pick<Note, 'name' | 'type' | 'descriptor'>[];
  /**
   * VMCOREINFO text that replaces all the image has; null for none. Left out, the notes stay as
   * they are.
   */
  readonly vmcoreinfo?: string | null;
  /**
   * Where memory is mapped, for formats that store virtual addresses (ELF's p_vaddr). drgn up to
   * 0.0.22 needs it to reach the kernel's page tables. Left out, the file gives the physical
   * address there, as QEMU does with paging off.
   */
  readonly mappings?: KernelMappings;
}

/** Where a kernel maps physical memory. */
export interface KernelMappings {
  readonly linearMap?: {
    /**
     * Virtual minus physical address, modulo 2^64: `page_offset_base` on x86-64. With
     * `wordSizeInBits` 32 modulo 2^32.
     */
    readonly offset: bigint;
    /** The kernel's word size: it may be smaller than the file's. */
    readonly wordSizeInBits: 32 | 64;
    /** Where the map ends: a 32-bit kernel maps only low memory. Left out where it maps all. */
    readonly end?: PhysicalAddress;
  };
  readonly kernelImage?: Pick<MappedRun, 'virtualAddress' | 'physicalAddress' | 'lengthInBytes'>;
}

export interface WriteReport {
  /** Sizes and counts over all files together. */
  readonly bytesWritten: number;
  readonly pagesStored: number;
  readonly pagesZero: number;
  readonly pagesExcluded: number;
  /**
   * Pages that the input could not give, written as excluded. Also pages of which the input lost a
   * part.
   */
  readonly pagesUnreadable: number;
  /**
   * Pages in the input's memory map that the input does not have. The output does not have them
   * either.
   */
  readonly pagesAbsent: number;
  /**
   * Pages that the input holds in part and that this format can only store whole. The unknown rest
   * is written as zeros. Left out by formats that write single bytes.
   */
  readonly pagesFilled?: number;
}

/** What a dump must say after it was changed in place. */
export type PatchOptions = Pick<WriteOptions, 'facts' | 'header' | 'vmcoreinfo' | 'filters'>;

/**
 * Writes dumps. A minimal writer has one kind and `write`. `writeSplit` adds split dumps; `patch`
 * changes a dump in place.
 */
export interface DumpWriter {
  /** The kinds of file it writes, the usual one first. */
  readonly kinds: readonly OutputKind[];
  /**
   * Prepares (codecs may need loading), then returns the work as a generator. Each step is short,
   * so the caller can stop between two.
   */
  write(
    image: DumpImage,
    sink: ByteSink,
    options: WriteOptions,
    context: FormatContext,
  ): Promise<Generator<Progress, WriteReport, void>>;
  /**
   * Writes several files, one for each sink, that `DumpFormat.open` takes together as one dump.
   * Only for formats with split dumps. Throws `usage` where there are fewer pages than files.
   */
  writeSplit?(
    image: DumpImage,
    sinks: readonly ByteSink[],
    options: WriteOptions,
    context: FormatContext,
  ): Promise<Generator<Progress, WriteReport, void>>;
  /** The names of the page filters that `patch` can apply; none where left out. */
  readonly patchFilters?: readonly string[];
  /**
   * The changes that make `file` say what the options ask for. `contents` is the dump itself: the
   * file, or what is inside it where the file wraps a dump. Throws `unsupported` for a file that
   * cannot be changed this way.
   */
  patch?(
    image: DumpImage,
    contents: ByteSource,
    file: ByteSource,
    options: PatchOptions,
  ): FileChange[];
}
