import type { MakedumpfileFormat } from '../dump/makedumpfile.ts';
import type { MachineName } from './machines.ts';

/** A kernel (or another package) by its Debian name, for apt. */
export interface PackageChoice {
  /** Suites that may hold it, such as `bookworm` and `bookworm-security`. */
  readonly suites: readonly string[];
  /** Debian's name of the architecture: `amd64`, `arm64`, `ppc64el` … */
  readonly debianArchitecture: string;
  /** A kernel package, or a metapackage that depends on one. */
  readonly package: string;
  /**
   * Everything it depends on is fetched too, down to the C library: for programs of another release
   * than this machine's.
   */
  readonly withDependencies?: true;
  /** Absent: Debian's, from the mirror that this system uses. */
  readonly archive?: ForeignArchive;
}

/** Another distribution's archive. */
export interface ForeignArchive {
  readonly site: string;
  /** A Debian package with the archive's keys, so that its packages are verified too. */
  readonly keyring: PackageChoice;
  /** The keys' place in that package. */
  readonly keyringFile: string;
}

/** When a guest is ready to be stopped and dumped. */
export type Readiness =
  /** It has printed this many complete truth blocks (a capture kernel prints the second). */
  | { readonly truthBlocks: number }
  /**
   * This text appeared on the serial console; for guests that never reach user space, or die after
   * it.
   */
  | { readonly consoleText: string; readonly truthBlocks?: number }
  /**
   * The first CPU has run 64-bit code at identity-mapped addresses for this long, so a kernel image
   * is unpacking itself.
   */
  | { readonly unpackingForMilliseconds: number }
  /** It has printed this many truth blocks, and has switched itself off. */
  | { readonly truthBlocks: number; readonly isOff: true }
  /** No sign is given: the guest is stopped after this time. */
  | { readonly afterSeconds: number };

/** The kernels in the dump, as the guest's declaration predicts them. */
export type KernelRole = 'running' | 'crashed' | 'capture' | 'stale';

/**
 * The formats a guest is dumped in: QEMU's own, and makedumpfile's plain form of the flattened one.
 * `raw` is the file that QEMU has the guest's memory in, `raw-padded` what its pmemsave saves.
 */
export type DumpFormatName =
  | 'elf'
  | 'elf-paging'
  | 'kdump-zlib'
  | 'kdump-lzo'
  | 'kdump-snappy'
  | 'kdump-raw-zlib'
  | 'raw'
  | 'raw-padded';

/**
 * QEMU's streams of a whole machine: of a guest that was stopped first, or that changes while the
 * stream is written; and a snapshot in a qcow2 disk. A guest has at most one stream, because QEMU
 * writes no second one of the same moment.
 */
export const streamNames = [
  'qcow2-snapshot',
  'qemu-stream',
  'qemu-stream-zlib',
  'qemu-stream-live',
  'qemu-stream-xbzrle',
  'qemu-mapped-ram',
] as const;
export type StreamName = (typeof streamNames)[number];

/**
 * What LiME writes in the guest: its formats, and the first of them compressed. `kcore-lime` is the
 * first of them too, written by vmcorekit out of /proc/kcore.
 */
export type LimeName = 'lime' | 'lime-padded' | 'lime-raw' | 'lime-zlib' | 'kcore-lime';

/**
 * Dumps of the crashed kernel's memory from its capture kernel: as the kernel provides it, and what
 * makedumpfile makes of that.
 */
export type CapturedFormat = 'proc-vmcore' | MakedumpfileFormat;

/** How a guest under load is made to panic after its truth is saved. */
export type Panic =
  /** A task writes to /proc/sysrq-trigger. */
  | 'sysrq'
  /** A break and a `c` on the serial line, so that the panic happens in its interrupt. */
  | 'serial'
  /** QMP's `inject-nmi`, which the kernel is set to panic on. */
  | 'nmi';

/** The load of a guest whose /proc is saved. Its programs are in the folder `guest`. */
export interface Load {
  /**
   * What keeps the CPUs busy: loops in user and kernel mode on one of them, or BPF on all. With
   * `locks`: loops, and also tasks that hold and wait for locks of the kernel.
   */
  readonly busyWith: 'loops' | 'bpf' | 'locks';
  /** What replaces return addresses on the stacks of the load's tasks. */
  readonly tracedBy?: 'kretprobes' | 'function-graph';
  readonly panic?: Panic;
}

/**
 * `pv`: its kernel asks Xen for page tables. `pvh`: it is a virtual machine of the processor.
 * `hvm`: it is one with firmware, and QEMU is its device model.
 */
export type XenType = 'pv' | 'pvh' | 'hvm';

/** A guest as data: everything needed to boot it, to know when it is ready, and to dump it. */
export interface Guest {
  readonly name: string;
  /** One line: what this guest demonstrates. */
  readonly purpose: string;
  readonly architecture: MachineName;
  /** `aavmf` is UEFI for arm64. `none`: QEMU starts the kernel, or firmware that it always has. */
  readonly firmware: 'seabios' | 'ovmf' | 'aavmf' | 'none';
  /** Absent: this machine's QEMU. */
  readonly qemu?: PackageChoice;
  /** QEMU's `-machine`. */
  readonly machine: string;
  /** QEMU's `-cpu`. */
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly memoryInMebibytes: number;
  /** What follows the size in QEMU's `-m`, for DIMMs among the devices: `slots=2,maxmem=1G`. */
  readonly pluggable?: string;
  /** Absent: the firmware runs alone. */
  readonly kernel?: PackageChoice;
  readonly commandLine: readonly string[];
  /** QEMU's `-object` arguments. */
  readonly objects: readonly string[];
  /** QEMU's `-device` arguments. */
  readonly devices: readonly string[];
  /** Kernel modules loaded before the truth is printed, in order, by file name without `.ko`. */
  readonly modules: readonly string[];
  /** Modules that the shell lines of a second kernel load. */
  readonly modulesOfSecondKernel: readonly string[];
  /** Loaded in no order, each where this kernel has it as a module. */
  readonly modulesIfPresent: readonly string[];
  /** Absent: nothing but its init runs. */
  readonly load?: Load;
  /** Other files in its initramfs. With `makedumpfile` its capture kernel runs that. */
  readonly extras: readonly ('kexec' | 'makedumpfile' | 'decoys' | 'forgery')[];
  /** Shell lines run before the truth is printed. */
  readonly beforeTruth: string;
  /** Shell lines that only the first kernel runs, after the truth is printed. */
  readonly afterTruth: string;
  /** Shell lines of a kernel that the first one started, run before it prints its own truth. */
  readonly inSecondKernel: string;
  /** It also prints its whole symbol table, which becomes a System.map. */
  readonly tellsSymbolTable: boolean;
  readonly ready: Readiness;
  /** How long it runs on after it is ready, so that its CPUs come to rest. */
  readonly settleInSeconds: number;
  /** The virtio balloon is inflated until the guest has this much left. */
  readonly balloonToMebibytes?: number;
  /** The dump waits for a moment when at least so many CPUs run in user mode. */
  readonly cpusInUserMode: number;
  /** In the order in which the guest's truth blocks are printed. */
  readonly kernels: readonly KernelRole[];
  readonly formats: readonly DumpFormatName[];
  /** A snapshot comes before a stream. */
  readonly streams: readonly StreamName[];
  /** What the guest captures of itself, each on a virtio disk; `lime` is always among them. */
  readonly limeCaptures: readonly LimeName[];
  /**
   * Where there are any, the guest has a virtio disk as large as its memory, to which its capture
   * kernel copies /proc/vmcore; and a second half for what makedumpfile makes of it in the guest.
   */
  readonly capturedFormats: readonly CapturedFormat[];
  /**
   * Not null: it is a domain of Xen, of this type, and QEMU boots Xen. Xen's tools write its files
   * to virtio disks. `machine` and `cpuModel` are those that Xen runs on.
   */
  readonly xenType: XenType | null;
  /** It hibernates to a virtio disk, which is all swap and becomes one of its dumps. */
  readonly hibernates: boolean;
}

/** What a declaration must say; everything else has a default. */
export type GuestDeclaration = Pick<Guest, 'name' | 'purpose'> & Partial<Guest>;
