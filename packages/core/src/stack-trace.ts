import type { VirtualAddress } from './spaces.ts';

/**
 * What a frame's address is. `running`: the next instruction of a CPU, from its registers.
 * `return`: a return address, one past a call. `interrupted`: the instruction that an interrupt or
 * exception stopped. `user`: the same, of a program in user mode.
 */
export type FrameKind = 'running' | 'return' | 'interrupted' | 'user';

/** One frame of a stack trace, the innermost first. */
export interface StackFrame {
  readonly address: VirtualAddress;
  /**
   * The stack pointer of the frame; null where no register says. On arm64, in a frame that called
   * another, its frame pointer: gcc keeps the frame record there.
   */
  readonly stackPointer: VirtualAddress | null;
  readonly kind: FrameKind;
  /** The function; null where no symbol holds the address. */
  readonly symbol: string | null;
  /** From the start of the function, in bytes. */
  readonly offset: number | null;
  readonly sizeInBytes: number | null;
  /** The function's module; null for the kernel itself. */
  readonly module: string | null;
  /** The stack that holds the frame: `task`, `irq`, `nmi`, `df`, `entry`, …; null if unknown. */
  readonly stack: string | null;
  /**
   * True for a word in the place or the shape of a return address that nothing confirms: no rule,
   * or no code that it leads to.
   */
  readonly isGuess: boolean;
  /**
   * Where the address was found, if not in the frame itself: a tracer keeps it elsewhere. Null for
   * most frames.
   */
  readonly note: string | null;
}

/**
 * Why a trace ends. `user-mode`: the program's own code follows. `end-of-stack`: the outermost
 * function of the kernel. `not-in-kernel`: the CPU runs in user mode and has no kernel frames.
 * `never-ran`: a new task. `no-stack`: a task that freed its stack, as a zombie. The others are
 * incomplete: `lost` memory, `unknown-code` at an address, `limit` of frames, `broken` rules.
 */
export type StackEndReason =
  | 'user-mode'
  | 'end-of-stack'
  | 'not-in-kernel'
  | 'never-ran'
  | 'no-stack'
  | 'lost'
  | 'unknown-code'
  | 'limit'
  | 'broken';

export interface StackEnd {
  readonly reason: StackEndReason;
  /** True where the trace holds every frame that there was. */
  readonly isComplete: boolean;
  /** A sentence for people; null where the reason says all. */
  readonly detail: string | null;
}

/** The stack of one task, or of one CPU. */
export interface StackTrace {
  readonly frames: readonly StackFrame[];
  readonly end: StackEnd;
  /** The unwinder that made it: `orc`, `frame-pointers`, `guess`. */
  readonly by: string;
  /** What the reader should know, a sentence each. */
  readonly remarks: readonly string[];
}
