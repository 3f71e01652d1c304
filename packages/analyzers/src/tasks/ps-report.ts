import { hex, type Kernel } from '@vmcorekit/core';
import {
  type Arguments,
  argumentsOf,
  credentialsOf,
  fullNameOf,
  type HiddenTask,
  type LinuxTask,
  namespacesOf,
  placesOf,
  schedulingOf,
  type TaskNamespaces,
  type TaskPlaces,
  taskMemoryOf,
  threadCountOf,
} from '@vmcorekit/linux';

/** A task in the data of `ps`. Null means "not proved". */
export interface PsTask {
  /** Of its `task_struct`, hexadecimal. */
  readonly address: string;
  readonly pid: number;
  readonly tgid: number;
  readonly ppid: number | null;
  readonly comm: string;
  readonly state: string | null;
  readonly cpu: number | null;
  readonly onCpu: boolean | null;
  readonly isIdle: boolean;
  readonly kernelThread: boolean;
  /** Of its process. */
  readonly threads: number | null;
  readonly uid: number | null;
  readonly gid: number | null;
  readonly euid: number | null;
  readonly egid: number | null;
  readonly virtualSizeInBytes: number | null;
  readonly residentSizeInBytes: number | null;
  readonly startTimeInNanoseconds: number | null;
  readonly userTimeInNanoseconds: number | null;
  readonly systemTimeInNanoseconds: number | null;
  readonly priority: number | null;
  readonly nice: number | null;
  readonly policy: string | null;
  readonly voluntarySwitches: number | null;
  readonly involuntarySwitches: number | null;
  readonly minorFaults: number | null;
  readonly majorFaults: number | null;
  readonly seenBy: readonly string[];
  readonly doubts: readonly string[];
  /** Only where asked for; null for a task without memory of its own. */
  readonly arguments?: Arguments | null;
  readonly details?: PsDetails;
}

/** What is read only where it is asked for. */
export interface PsDetails extends TaskPlaces {
  /** Null where a part of it cannot be read. */
  readonly fullName: string | null;
  /** Numbers by the names of /proc/PID/ns. */
  readonly namespaces: TaskNamespaces['numbers'];
  /** In each namespace of pids, the outermost first; empty where unknown. */
  readonly pids: readonly number[];
  /** Hexadecimal; bit n is capability n. */
  readonly capabilities: Readonly<Record<string, string | null>> | null;
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
export function psTask(
  kernel: Kernel,
  task: LinuxTask,
  asked: { readonly arguments: boolean; readonly details: boolean },
): PsTask {
  const { pid, tgid, ppid, comm, state, cpu, onCpu, isIdle, kernelThread } = task;
  const { credentials: at } = task.values;
  const credentials = at === null ? null : credentialsOf(kernel, at);
  const {
    startTime,
    userTime,
    systemTime,
    realTimePriority: _realTime,
    ...scheduling
  } = schedulingOf(kernel, task.address);
  const hasMemory = !kernelThread && task.values.mm !== 0n;
  return {
    address: hex(task.address),
    ...{ pid, tgid, ppid, comm, state, cpu, onCpu, isIdle, kernelThread },
    threads: threadCountOf(kernel, task.values.signal),
    uid: credentials?.uid ?? null,
    gid: credentials?.gid ?? null,
    euid: credentials?.euid ?? null,
    egid: credentials?.egid ?? null,
    ...taskMemoryOf(kernel, task),
    startTimeInNanoseconds: startTime,
    userTimeInNanoseconds: userTime,
    systemTimeInNanoseconds: systemTime,
    ...scheduling,
    seenBy: task.seenBy,
    doubts: [...task.doubts, ...(credentials?.doubts ?? [])],
    ...(asked.arguments
      ? { arguments: hasMemory ? argumentsOf(kernel, task.values.mm) : null }
      : {}),
    ...(asked.details ? { details: detailsOf(kernel, task) } : {}),
  };
}

function detailsOf(kernel: Kernel, task: LinuxTask): PsDetails {
  const { credentials: at } = task.values;
  const capabilities = at === null ? null : (credentialsOf(kernel, at)?.capabilities ?? null);
  const { numbers, pids } = namespacesOf(kernel, task.address);
  return {
    fullName: fullNameOf(kernel, task),
    ...placesOf(kernel, task),
    namespaces: numbers,
    pids,
    capabilities:
      capabilities === null
        ? null
        : Object.fromEntries(
            Object.entries(capabilities).map(([set, bits]) => [
              set,
              bits === null ? null : hex(bits),
            ]),
          ),
  };
}

export function psHiddenTask({ task, reason, because }: HiddenTask): PsHiddenTask {
  const { address, pid, comm, seenBy } = task;
  return { address: hex(address), pid, comm, reason, seenBy, because };
}
