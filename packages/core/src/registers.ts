/** Registers by their architecture's names (`rip`, `cr3`, `pc`), unsigned. */
export type Registers = ReadonlyMap<string, bigint>;

/** One processor as the dump's notes show it. */
export interface Cpu {
  /** Order of the notes, from 0. */
  readonly index: number;
  /** From NT_PRSTATUS; null where there is none. */
  readonly pid: number | null;
  /** General registers; QEMU's note adds segments, descriptor tables and control registers. */
  readonly registers: Registers;
  /** Which notes they came from. */
  readonly from: readonly ('prstatus' | 'qemu')[];
}
