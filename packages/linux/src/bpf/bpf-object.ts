import type { VirtualAddress } from '@vmcorekit/core';

/** A BPF program: a `struct bpf_prog`. Null means "not proved", or that this kernel keeps none. */
export interface BpfProgram {
  readonly id: number;
  readonly address: VirtualAddress;
  /** `xdp`, `socket_filter`; its number where the kernel's types do not name it. */
  readonly type: string;
  /** Empty where it was loaded without one. */
  readonly name: string;
  /** The hash of its instructions, as hexadecimal digits. */
  readonly tag: string | null;
  /** Instructions of BPF. */
  readonly instructions: number;
  /** Its machine code; undefined where it is interpreted. */
  readonly code: { readonly start: VirtualAddress; readonly end: VirtualAddress } | undefined;
  /** In nanoseconds since boot. */
  readonly loadTime: bigint;
  /** Of the user who loaded it. */
  readonly uid: number | null;
  /** The numbers of the maps that it uses. */
  readonly maps: readonly number[] | null;
  /** Counted only while `kernel.bpf_stats_enabled` is set. */
  readonly runs: bigint | null;
  readonly runTimeInNanoseconds: bigint | null;
}

export interface BpfMap {
  readonly id: number;
  readonly address: VirtualAddress;
  readonly type: string;
  readonly name: string;
  readonly keySizeInBytes: number;
  readonly valueSizeInBytes: number;
  readonly maxEntries: number;
  readonly flags: number;
  /** What it was charged with; null since Linux 5.11, which keeps no such count. */
  readonly memoryInBytes: number | null;
}

export interface BpfLink {
  readonly id: number;
  readonly address: VirtualAddress;
  readonly type: string;
  /** The number of the program that it attaches. */
  readonly program: number | null;
}

/** Types that were loaded: those of the kernel, of a module or of a program. */
export interface BpfTypes {
  readonly id: number;
  readonly address: VirtualAddress;
  /** `vmlinux`, or the module; empty for a program's, and null before Linux 5.11. */
  readonly name: string | null;
  readonly sizeInBytes: number;
}

export interface BpfObjects {
  readonly programs: readonly BpfProgram[];
  readonly maps: readonly BpfMap[];
  readonly links: readonly BpfLink[];
  readonly types: readonly BpfTypes[];
  /** Damage, and kinds that this kernel does not have, a sentence each. */
  readonly remarks: readonly string[];
}
