import type { Kernel, StackTrace, Task } from '@vmcorekit/core';
import { stackOfTask } from '../stacks/stack-of-task.ts';
import { hasTheseStates, letterOf } from './task-state.ts';
import type { TaskValues } from './task-struct.ts';
import type { TaskView } from './task-views.ts';

/** PF_KTHREAD. Source: Linux, include/linux/sched.h, since 2.6.27. */
const kernelThreadFlag = 0x200000;

/** What the walk found out about a task. */
export interface TaskFindings {
  readonly ppid: number | null;
  readonly cpu: number | null;
  readonly onCpu: boolean | null;
  readonly isIdle: boolean;
  readonly seenBy: readonly TaskView[];
  readonly doubts: readonly string[];
}

/** A task as the walk read it. */
export class LinuxTask implements Task {
  readonly address: bigint;
  readonly pid: number;
  readonly tgid: number;
  readonly ppid: number | null;
  readonly comm: string;
  readonly state: string | null;
  readonly cpu: number | null;
  readonly onCpu: boolean | null;
  readonly kernelThread: boolean;
  /** True for the task that a CPU runs when it has nothing to do. */
  readonly isIdle: boolean;
  readonly seenBy: readonly TaskView[];
  readonly doubts: readonly string[];
  /** The members of its `task_struct` that were read with it. */
  readonly values: TaskValues;
  readonly #kernel: Kernel;

  constructor(kernel: Kernel, address: bigint, values: TaskValues, findings: TaskFindings) {
    this.#kernel = kernel;
    this.address = address;
    this.values = values;
    this.pid = values.pid;
    this.tgid = values.tgid;
    this.ppid = findings.ppid;
    this.comm = values.comm;
    this.state = hasTheseStates(kernel) ? letterOf(values) : null;
    this.cpu = findings.cpu;
    this.onCpu = findings.onCpu;
    this.kernelThread = (values.flags & kernelThreadFlag) !== 0;
    this.isIdle = findings.isIdle;
    this.seenBy = findings.seenBy;
    this.doubts = findings.doubts;
  }

  stack(): StackTrace {
    return stackOfTask(this.#kernel, this.address);
  }
}
