import type { VirtualAddress } from './spaces.ts';
import type { StackTrace } from './stack-trace.ts';

/** One task: a thread of a process or of the kernel. Null means "not proved". */
export interface Task {
  /** Of its `task_struct`. */
  readonly address: VirtualAddress;
  /** The thread's own number; 0 for the idle task of each CPU. */
  readonly pid: number;
  /** The number of the process it belongs to. */
  readonly tgid: number;
  /** The process number of its parent. */
  readonly ppid: number | null;
  readonly comm: string;
  /** As `ps` shows it: `R`, `S`, `D`, `T`, `t`, `Z`, `X`, `I`, `P`. */
  readonly state: string | null;
  /** The CPU it runs on, or ran on last. */
  readonly cpu: number | null;
  /** True while it runs on that CPU. */
  readonly onCpu: boolean | null;
  readonly kernelThread: boolean;
  /**
   * Where the kernel has it: `tasks` (the list), `pids`, `children` (of its parent), `runqueue`,
   * `cpu` (it is that CPU's current task).
   */
  readonly seenBy: readonly string[];
  /** What spoke against it, a sentence each; none for nearly all tasks. */
  readonly doubts: readonly string[];
  /** Reads its stack now. */
  stack(): StackTrace;
}
