import { hex, type Kernel } from '@vmcorekit/core';
import { credentialsOf, type HiddenTask, type LinuxTask, taskMemoryOf } from '@vmcorekit/linux';

/** A task in the data of `ps`. Null means "not proved". */
export interface PsTask {
  /** Of its `task_struct`, hexadecimal. */
  readonly address: string;
  readonly pid: number;
  readonly tgid: number;
  readonly ppid: number | null;
  readonly comm: string;
  readonly state: string;
  readonly cpu: number | null;
  readonly onCpu: boolean | null;
  readonly kernelThread: boolean;
  readonly uid: number | null;
  readonly virtualSizeInBytes: number | null;
  readonly residentSizeInBytes: number | null;
  readonly seenBy: readonly string[];
  readonly doubts: readonly string[];
}

/** A task that the list of tasks does not have. */
export interface PsHiddenTask {
  readonly address: string;
  readonly pid: number;
  readonly comm: string;
  readonly reason: HiddenTask['reason'];
  readonly seenBy: readonly string[];
  readonly because: string;
}

/** The `data` of the `ps` analyzer. */
export interface PsReport {
  readonly tasks: readonly PsTask[];
  readonly hidden: readonly PsHiddenTask[];
}

/** What `ps` shows of a task. */
export function psTask(kernel: Kernel, task: LinuxTask): PsTask {
  const { pid, tgid, ppid, comm, state, cpu, onCpu, kernelThread, seenBy, doubts, values } = task;
  const credentials =
    values.credentials === null ? null : credentialsOf(kernel, values.credentials);
  return {
    address: hex(task.address),
    pid,
    tgid,
    ppid,
    comm,
    state,
    cpu,
    onCpu,
    kernelThread,
    uid: credentials?.uid ?? null,
    ...taskMemoryOf(kernel, task),
    seenBy,
    doubts,
  };
}

export function psHiddenTask({ task, reason, because }: HiddenTask): PsHiddenTask {
  const { address, pid, comm, seenBy } = task;
  return { address: hex(address), pid, comm, reason, seenBy, because };
}
