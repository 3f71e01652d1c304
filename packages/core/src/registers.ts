/** Registers by their architecture's names (`rip`, `cr3`, `pc`), unsigned. */
export type Registers = ReadonlyMap<string, bigint>;

/** One processor as the dump shows it. */
export interface Cpu {
  /** Order of the notes, from 0. */
  readonly index: number;
  /** Of the task it ran; null where no note says. */
  readonly pid: number | null;
  /** General registers; QEMU's note adds segments, descriptor tables and control registers. */
  readonly registers: Registers;
  /**
   * Which kinds of note they came from (`prstatus`, `qemu`), or `format` where the format gave
   * them.
   */
  readonly from: readonly string[];
}
