import type { Architecture } from './architecture.ts';
import type { Damage } from './damage.ts';
import type { DumpImage } from './dump-image.ts';
import type { VmcorekitError } from './errors.ts';
import type { KernelLayout } from './kernel-layout.ts';
import type { Cpu } from './registers.ts';
import type { VmcoreInfo } from './vmcoreinfo.ts';

/** What was read of a dump since it was opened. */
export interface ReadStatistics {
  /** Bytes asked of its files, below caches and containers; opening is part of it. */
  readonly bytesRead: number;
  /** Distinct pages whose bytes were taken out of the files. */
  readonly pagesRead: number;
}

/**
 * A dump as heuristics, witnesses and analyzers see it: the image, and what the plug-ins made of
 * its notes.
 */
export interface Dump extends Disposable {
  /** The files it was opened from. */
  readonly files: readonly string[];
  /** The container's name, or null. */
  readonly container: string | null;
  readonly image: DumpImage;
  /** Damage found so far, in the containers and in the image; grows as pages are read. */
  readonly damage: readonly Damage[];
  /**
   * The plug-in for the architecture of the kernel, as the CPUs' modes tell, else the kernel that a
   * search found, else the file; null where none is registered or none of them says. A 64-bit
   * machine may run a 32-bit kernel.
   */
  readonly architecture: Architecture | null;
  /** How Linux places its image on that architecture; null where no plug-in knows. */
  readonly layout: KernelLayout | null;
  readonly cpus: readonly Cpu[];
  /**
   * The same dump as of a 64-bit machine, where the file says a 32-bit one, of which no kernels are
   * known, and no CPU translated addresses: QEMU goes by the mode of the first CPU, and a machine
   * that was reset is in the mode of a 32-bit one. `take` makes its architecture this dump's, as a
   * search does that finds its kernel. Left out elsewhere, and not enumerable: a copy (`{ ...dump,
   * cpus: [] }`) is of the machine that the dump is of when it is copied.
   */
  readonly wider?: { readonly dump: Dump; readonly take: () => void };
  /** The parsed VMCOREINFO of the file (not carved from memory), or null. */
  readonly vmcoreinfo: VmcoreInfo | null;
  /** What was read so far. */
  readonly statistics: ReadStatistics;
  /**
   * The first error of a read of its files; null while none failed. What was looked for and not
   * found since then may lie where reading failed.
   */
  readonly sourceFailure: VmcorekitError | null;
}
