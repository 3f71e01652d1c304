import {
  hex,
  type StackEndReason,
  type StackFrame,
  type StackTrace,
  type Task,
} from '@vmcorekit/core';

/** A frame in the data of `bt`. Addresses are hexadecimal; null means "not known". */
export interface BtFrame {
  readonly address: string;
  readonly symbol: string | null;
  readonly offset: number | null;
  readonly size: number | null;
  readonly module: string | null;
  readonly kind: StackFrame['kind'];
  /** The stack that holds it: `task`, `irq`, `nmi`, …. */
  readonly stack: string | null;
  readonly stackPointer: string | null;
  readonly isGuess: boolean;
  readonly note: string | null;
}

/** One stack in the data of `bt`. */
export interface BtStack {
  readonly pid: number | null;
  readonly cpu: number | null;
  /** The address of the `task_struct`. */
  readonly task: string | null;
  readonly comm: string | null;
  readonly state: string | null;
  readonly frames: readonly BtFrame[];
  readonly end: {
    readonly reason: StackEndReason;
    readonly isComplete: boolean;
    readonly detail: string | null;
  };
  /** The unwinder. */
  readonly by: string;
}

/** Tasks whose stacks are equal, in the data of `bt`. */
export interface BtGroup {
  readonly count: number;
  readonly pids: readonly (number | null)[];
  /** The index of the first of them in `stacks`. */
  readonly stack: number;
}

/** The `data` of the `bt` analyzer. */
export interface BtReport {
  readonly stacks: readonly BtStack[];
  /** The largest first; null where no groups were asked for. */
  readonly groups: readonly BtGroup[] | null;
}

/** Whose stack it is: a task's, or a CPU's with the task that it runs. */
export interface StackOwner {
  readonly task: Task | null;
  readonly address: bigint | null;
  /** Of the task, the one it ran on last. */
  readonly cpu: number | null;
  readonly isCpu: boolean;
}

export function btStack({ task, address, cpu }: StackOwner, trace: StackTrace): BtStack {
  return {
    pid: task?.pid ?? null,
    cpu,
    task: address === null ? null : hex(address),
    comm: task?.comm ?? null,
    state: task?.state ?? null,
    frames: trace.frames.map(btFrame),
    end: trace.end,
    by: trace.by,
  };
}

function btFrame(frame: StackFrame): BtFrame {
  const { symbol, offset, sizeInBytes, module, kind, stack, isGuess, note } = frame;
  return {
    address: hex(frame.address),
    symbol,
    offset,
    size: sizeInBytes,
    module,
    kind,
    stack,
    stackPointer: frame.stackPointer === null ? null : hex(frame.stackPointer),
    isGuess,
    note,
  };
}
