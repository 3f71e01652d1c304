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
import type { VirtualAddress } from './spaces.ts';

/** What a writer may use. */
export interface FormatContext {
  readonly compressors: CompressorRegistry;
  /** What files of a format call the machine that `image.architecture` names. */
  readonly architectures: ArchitectureTable;
}

/**
 * A dump format: probe, then open. The strongest claim wins; among equals, what was registered
 * first. `imageOf` makes an image out of the least that works: a name and a memory.
 */
export interface DumpFormat {
  readonly name: string;
  /** What it reads, in one line, for listings. */
  readonly summary: string;
  /**
   * True where the format is only known by its mark and not read; another contribution of the same
   * name takes its place.
   */
  readonly isNamedOnly?: true;
  /** Why the file is of this format, or undefined for "not mine". Must not throw on anything. */
  probe(file: FileHead): FileClaim | undefined;
  /**
   * Opens a dump of one file, or a set of several where the format has split dumps, given in any
   * order. Prepares (codecs may need loading), then hands back the work as a generator: it yields
   * progress every few milliseconds, and may be ended between two steps. The image owns the files
   * from the moment it is returned; until then the caller does, who also caches them. Throws
   * `truncated`, `malformed` or `unsupported`.
   */
  open(
    files: readonly ByteSource[],
    context: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>>;
  /**
   * A key that the parts of one split dump share, or undefined where the file stands alone. Lets
   * files given together be joined.
   */
  splitSetOf?(source: ByteSource): string | undefined;
  readonly writer?: DumpWriter;
}

/** The machine that headers are written for. */
export interface WrittenMachine {
  /** As `DumpImage.architecture`. */
  readonly architecture: string;
  readonly wordSizeInBits: 32 | 64;
}

/** What the writer should say of the dump, where it differs from what the image says. */
export interface WriteOptions {
  /** One of the writer's kinds, by its name; the first where left out. */
  readonly kind?: string;
  readonly compression?: CompressionMethod | 'none';
  /**
   * Who encodes pages; without it the writer does, in its own thread. The file is the same byte for
   * byte.
   */
  readonly pageEncoder?: PageEncoderFactory;
  /** Asked in order; the first that does not keep a page decides. */
  readonly filters?: readonly PageFilter[];
  /**
   * Where headers are to be for another machine than the image's: a 64-bit kernel in a 32-bit file.
   */
  readonly machine?: WrittenMachine;
  /** What the file is to state, whatever its format. */
  readonly facts?: FactsToWrite;
  /** Header fields of the format written, by its specification's names; they win over `facts`. */
  readonly header?: ReadonlyMap<string, HeaderValue>;
  /** Notes to write instead of the image's. */
  readonly notes?: readonly Pick<Note, 'name' | 'type' | 'descriptor'>[];
  /**
   * VMCOREINFO text to write instead of all that the image has; null for none. Unsaid, the notes
   * stay as they are.
   */
  readonly vmcoreinfo?: string | null;
  /**
   * For formats that say where memory is mapped (ELF's p_vaddr). drgn up to 0.0.22 needs it to
   * reach the kernel's page tables; without it the physical address stands there, as QEMU writes
   * with paging off.
   */
  readonly mappings?: KernelMappings;
}

/** Where a kernel maps physical memory. */
export interface KernelMappings {
  /** Of the linear map of all physical memory: `page_offset_base` on x86-64. */
  readonly directMapStart?: VirtualAddress;
  readonly kernelImage?: Pick<MappedRun, 'virtualAddress' | 'physicalAddress' | 'lengthInBytes'>;
}

export interface WriteReport {
  /** Of all files together. */
  readonly bytesWritten: number;
  readonly pagesStored: number;
  readonly pagesZero: number;
  readonly pagesExcluded: number;
  /**
   * Pages the input could not give, written as excluded; and those of which it could give only a
   * part, whose rest should be there too.
   */
  readonly pagesUnreadable: number;
  /** Pages in the input's memory map that it does not have; not there in the output either. */
  readonly pagesAbsent: number;
  /**
   * Pages that the input holds only in part and that this format has only whole: written with zeros
   * for what is not known. Left out by formats that write to the byte.
   */
  readonly pagesFilled?: number;
}

/** What a dump is to say after it was changed where it lies. */
export type PatchOptions = Pick<WriteOptions, 'facts' | 'header' | 'vmcoreinfo' | 'filters'>;

/**
 * Writes dumps. The least that works is one kind and `write`; `writeSplit` makes split dumps,
 * `patch` changes a dump where it lies.
 */
export interface DumpWriter {
  /** The kinds of file it writes, the usual one first. */
  readonly kinds: readonly OutputKind[];
  /**
   * Prepares (codecs may need loading), then hands back the work as a generator: each step is
   * short, so a caller can stop between.
   */
  write(
    image: DumpImage,
    sink: ByteSink,
    options: WriteOptions,
    context: FormatContext,
  ): Promise<Generator<Progress, WriteReport, void>>;
  /**
   * The same into several files, one a sink, that `DumpFormat.open` takes together as one dump; for
   * formats that have split dumps. Throws `usage` where there are fewer pages than files.
   */
  writeSplit?(
    image: DumpImage,
    sinks: readonly ByteSink[],
    options: WriteOptions,
    context: FormatContext,
  ): Promise<Generator<Progress, WriteReport, void>>;
  /** The page filters that `patch` can apply, by their names; none where left out. */
  readonly patchFilters?: readonly string[];
  /**
   * The changes after which `file` says what the options do. `contents` is the dump's own bytes:
   * the file, or what the file stands for where it is of a kind that wraps them. Throws
   * `unsupported` for a file that cannot be changed so.
   */
  patch?(
    image: DumpImage,
    contents: ByteSource,
    file: ByteSource,
    options: PatchOptions,
  ): FileChange[];
}
