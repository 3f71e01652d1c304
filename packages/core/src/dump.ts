import type { Architecture } from './architecture.ts';
import type { Transfer } from './byte-source.ts';
import type { Damage } from './damage.ts';
import type { DumpImage, HeaderValue } from './dump-image.ts';
import type { VmcorekitError } from './errors.ts';
import type { OriginSign } from './image-facts.ts';
import type { KernelLayout } from './kernel-layout.ts';
import type { PhysicalRange } from './physical-memory.ts';
import type { Cpu } from './registers.ts';
import type { DigestedContent } from './stated-digest.ts';
import type { VmcoreInfo } from './vmcoreinfo.ts';

/** What was read from a dump since it was opened. */
export interface ReadStatistics {
  /**
   * Bytes requested from its files, below caches and containers, including those read while
   * opening.
   */
  readonly bytesRead: number;
  /** Distinct pages whose bytes were read from the files. */
  readonly pagesRead: number;
  /** What was fetched for its files; absent where none came over a network. */
  readonly transfer?: DumpTransfer;
}

/** What was fetched for the files of a dump that came over a network. */
export interface DumpTransfer extends Transfer {
  /** The size of these files. */
  readonly filesInBytes: number;
}

/** A dump read as one of another machine, or with its memory laid out otherwise. */
export interface OtherMachine {
  readonly dump: Dump;
  /** Makes that reading the dump's own, once a search has found its kernel. */
  readonly take: () => void;
}

/**
 * A dump as heuristics, witnesses and analyzers see it: the image, and what plug-ins read from its
 * notes.
 */
export interface Dump extends Disposable {
  /** The files it was opened from. */
  readonly files: readonly string[];
  /** The plain names of the files beside them that are read too. */
  readonly filesBeside: readonly string[];
  /** The name of the innermost container, or null. */
  readonly container: string | null;
  /** The names of all containers around it, the outermost first. */
  readonly containers: readonly string[];
  /** What the headers of the containers say, for listings; the innermost last. */
  readonly containerHeader: ReadonlyMap<string, HeaderValue>;
  /**
   * What its containers state of their contents, the outermost first; `verify` compares it. Absent
   * or empty: they state nothing that opening did not check.
   */
  readonly statedDigests?: readonly DigestedContent[];
  /** Which programs captured and wrote it, as its containers say; absent where none says it. */
  readonly containerOrigins?: readonly OriginSign[];
  readonly image: DumpImage;
  /** Damage found so far, in the containers and in the image; grows as pages are read. */
  readonly damage: readonly Damage[];
  /**
   * The plug-in for the kernel's architecture. The CPUs' modes decide it first, then the kernel
   * that a search found, then the file. A 64-bit machine may run a 32-bit kernel. Null where none
   * of them says, or no plug-in is registered for it.
   */
  readonly architecture: Architecture | null;
  /** How Linux places its image on that architecture; null where no plug-in knows that. */
  readonly layout: KernelLayout | null;
  readonly cpus: readonly Cpu[];
  /**
   * The same dump read as one of a 64-bit machine. Present where the file names a 32-bit machine
   * and no CPU translated addresses. It is searched first. QEMU names the machine by the mode
   * of its first CPU, and a machine that was just reset starts in 32-bit mode. Not enumerable: a
   * copy (`{ ...dump, cpus: [] }`) keeps the machine that the dump has at that moment.
   */
  readonly wider?: OtherMachine;
  /**
   * The same dump read as one of a named architecture; null where kernels of that one cannot be
   * found. Present where nothing confirms what the file says of its machine: no plug-in knows it,
   * or the file describes no CPU. Then the memory may show another machine. Not enumerable, as
   * `wider`.
   */
  readonly readAs?: (architecture: string) => OtherMachine | null;
  /**
   * The same dump in every layout that its memory may have, the likeliest first. Present where the
   * file does not say where its memory lies: `image.memoryLayout` then says what is taken. Not
   * enumerable, as `wider`.
   */
  readonly memoryLayouts?: readonly OtherMachine[];
  /**
   * The same dump with memory placed whose address its file does not say, in every way that agrees
   * with the RAM that its kernel lists. Present where the file lacks such an address, and no place
   * was taken yet. Not enumerable, as `wider`.
   */
  readonly placedBy?: ((ram: readonly PhysicalRange[]) => readonly OtherMachine[]) | undefined;
  /** The parsed VMCOREINFO of the file, or null. Never carved from memory. */
  readonly vmcoreinfo: VmcoreInfo | null;
  /** What was read so far. */
  readonly statistics: ReadStatistics;
  /**
   * The first error of a read of its files; null while none failed. Anything not found after that
   * error may lie where reading failed.
   */
  readonly sourceFailure: VmcorekitError | null;
}
