import type { Kernel, Registers } from '@vmcorekit/core';

/** A register as gdb knows it. */
export interface GdbRegister {
  /** gdb's name of it. */
  readonly name: string;
  /** A multiple of 8. */
  readonly bitSize: number;
  /** gdb's type, such as `code_ptr`, or one that its feature defines; an integer if left out. */
  readonly type?: string;
  /** The group that gdb shows it in, such as `float`. */
  readonly group?: string;
  /**
   * The name that this library gives it. The same as gdb's if left out. Null for a register that no
   * dump has.
   */
  readonly from?: string | null;
}

/** A part of a target description. gdb knows the standard ones by their names. */
export interface GdbFeature {
  /** Such as `org.gnu.gdb.i386.core`. Source: gdb's manual, "Standard Target Features". */
  readonly name: string;
  /** The types that its registers have, as XML, if they are not gdb's own. */
  readonly types?: string;
  readonly registers: readonly GdbRegister[];
}

/**
 * What gdb must know of one architecture, as data. The least is a feature with all registers that
 * gdb requires of it.
 */
export interface GdbMachine {
  /** The name of the `Architecture`. */
  readonly architecture: string;
  /** BFD's name of it, such as `i386:x86-64`. Source: `set architecture` in gdb. */
  readonly gdbArchitecture: string;
  /**
   * The symbol at the start of the first segment of a vmlinux: `_text` if left out. Null for a
   * machine whose kernels always run where they were linked.
   */
  readonly vmlinuxBegins?: string | null;
  /** In the order of the `g` packet. */
  readonly features: readonly GdbFeature[];
  /** Registers that gdb wants in another form: masked pointers, joined halves. */
  adapt?(registers: Registers): Registers;
  /**
   * Registers of a CPU of which there is only the kernel's own note, without those that it has of
   * something else than the CPU.
   */
  adaptKernelNote?(registers: Registers): Registers;
  /** Registers of every thread that no CPU of a dump has: the kernel shows what they would be. */
  registersBy?(kernel: Kernel): Registers;
}
