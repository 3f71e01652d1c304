/** Registers by their architecture's names (`rip`, `cr3`, `pc`), unsigned. */
export type Registers = ReadonlyMap<string, bigint>;

/** One processor as the dump shows it. */
export interface Cpu {
  /** Its position among the notes, from 0. */
  readonly index: number;
  /** The process ID of the task it ran; null where no note says. */
  readonly pid: number | null;
  /** General registers; QEMU and VirtualBox add segments, descriptor tables, control registers. */
  readonly registers: Registers;
  /**
   * The kinds of note that they came from (`prstatus`, `qemu`, `virtualbox`), or `format` where the
   * format stores CPUs itself, or `saved_context` where a hibernating kernel saved them.
   */
  readonly from: readonly string[];
}
