import type { KernelRole } from '../guests/guest.ts';
import type { CpuState } from '../qemu/registers.ts';
import type { PanicTruth } from './panic-trace.ts';

/**
 * Where a kernel lies, as its guest's statements give it. Addresses are hexadecimal with 0x. `null`
 * is what this architecture does not have.
 */
export interface KernelLocation {
  /** Virtual minus physical address of the kernel's image, modulo 2^64. */
  readonly imageOffset: string;
  /** x86-64 only: physical minus image-relative virtual address, in bytes; signed. */
  readonly physBase: number | null;
  /** Run-time minus link address of the text, in bytes; signed. */
  readonly kaslrOffset: number | null;
  /** Of `_text`. */
  readonly textVirtualAddress: string;
  readonly textPhysicalAddress: string;
  /** Physical address of the kernel's own top-level table. */
  readonly pageTableRoot: string | null;
  readonly pagingLevels: number | null;
}

/** One kernel of a guest, in its own words. */
export interface KernelTruth extends KernelLocation {
  readonly role: KernelRole;
  readonly release: string;
  readonly version: string;
  readonly buildId: string | null;
  readonly commandLine: string;
  readonly symbols: Readonly<Record<string, string>>;
  /** Physical address of the VMCOREINFO note, and its room in bytes. */
  readonly vmcoreinfoPointer: {
    readonly physicalAddress: string;
    readonly sizeInBytes: number;
  } | null;
  readonly vmcoreinfo: Readonly<Record<string, string>>;
  readonly memoryMap: readonly MemoryRange[];
  readonly processes: readonly {
    readonly pid: number;
    readonly parentPid: number;
    readonly name: string;
  }[];
  readonly modules: readonly {
    readonly name: string;
    readonly sizeInBytes: number;
    readonly address: string;
  }[];
  readonly meltdown: string;
  readonly kernelLog: readonly string[];
}

/** A line of /proc/iomem; `end` is inclusive, as it is there. */
export interface MemoryRange {
  readonly start: string;
  readonly end: string;
  /** How deep the line is indented: 0 is the outermost. */
  readonly depth: number;
  readonly name: string;
}

/** One dump and how it was made. */
export interface DumpRecord {
  readonly file: string;
  /** The other parts of a split dump, in their order. */
  readonly otherParts?: readonly string[];
  readonly format: string;
  readonly sizeInBytes: number;
  readonly origin: { readonly capturedBy: string; readonly writtenBy: string };
  readonly command: string;
  /** Captured while the guest ran, so some pages differ from those of its dump. */
  readonly isOfRunningGuest?: true;
}

/**
 * The fields of the first kernel that is not stale, repeated at the top for readers of a single
 * kernel.
 */
type PrimaryFields = KernelLocation &
  Pick<KernelTruth, 'release' | 'buildId' | 'commandLine' | 'symbols'>;

/** What `truth.json` holds. */
export interface Truth extends Partial<PrimaryFields> {
  readonly schema: 1;
  readonly guest: string;
  readonly purpose: string;
  readonly architecture: string;
  readonly firmware: string;
  readonly memoryInMebibytes: number;
  readonly expected: {
    /** Whether there is a kernel to find. */
    readonly kernel: boolean;
    readonly roles: readonly KernelRole[];
  };
  readonly kernels: readonly KernelTruth[];
  /** Absent: no kernel panicked. */
  readonly panic?: PanicTruth;
  readonly cpus: readonly CpuState[];
  readonly qemuVersion: string;
  readonly qemuCommand: string;
  readonly kernelPackage: string | null;
  readonly dumps: readonly DumpRecord[];
}
