import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { number, optional, place, pointer, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';

/** By number. Source: Linux, include/uapi/linux/sched.h. */
const policies: readonly (string | undefined)[] = [
  'normal',
  'fifo',
  'rr',
  'batch',
  undefined,
  'idle',
  'deadline',
  'ext',
];

/** The nice value 0. Source: Linux, include/linux/sched/prio.h (DEFAULT_PRIO). */
const defaultPriority = 120;

/** How a task was scheduled, and what it used. Times are in nanoseconds. */
export interface TaskScheduling {
  /** Since boot, also while the machine slept. */
  readonly startTime: number | null;
  readonly userTime: number | null;
  readonly systemTime: number | null;
  /** The kernel's: 0 to 99 of real time, 100 to 139 by niceness. */
  readonly priority: number | null;
  readonly nice: number | null;
  readonly realTimePriority: number | null;
  readonly policy: string | null;
  /** How often it gave its CPU up, and how often that was taken. */
  readonly voluntarySwitches: number | null;
  readonly involuntarySwitches: number | null;
  readonly minorFaults: number | null;
  readonly majorFaults: number | null;
}

const readerOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'task_struct', {
    startTime: optional(wide('start_boottime', 'real_start_time')),
    userTime: optional(wide('utime')),
    systemTime: optional(wide('stime')),
    priority: optional(number('prio')),
    staticPriority: optional(number('static_prio')),
    realTimePriority: optional(number('rt_priority')),
    policy: optional(number('policy')),
    voluntarySwitches: optional(wide('nvcsw')),
    involuntarySwitches: optional(wide('nivcsw')),
    minorFaults: optional(wide('min_flt')),
    majorFaults: optional(wide('maj_flt')),
  }),
);

/** Of the task itself: /proc/PID sums the threads of a process up. */
export function schedulingOf(kernel: Kernel, task: VirtualAddress): TaskScheduling {
  const values = readerOf(kernel)?.readPartly(task);
  const count = (value: bigint | null | undefined) =>
    value === null || value === undefined ? null : Number(value);
  const nice = (values?.staticPriority ?? null) === null ? null : values?.staticPriority;
  return {
    startTime: count(values?.startTime),
    userTime: count(values?.userTime),
    systemTime: count(values?.systemTime),
    priority: values?.priority ?? null,
    nice: nice === null || nice === undefined ? null : nice - defaultPriority,
    realTimePriority: values?.realTimePriority ?? null,
    policy: policies[values?.policy ?? -1] ?? null,
    voluntarySwitches: count(values?.voluntarySwitches),
    involuntarySwitches: count(values?.involuntarySwitches),
    minorFaults: count(values?.minorFaults),
    majorFaults: count(values?.majorFaults),
  };
}

const runReaderOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'task_struct', { at: wide('sched_info.last_arrival') }),
);

/**
 * When a CPU last began to run a task, in nanoseconds of the scheduler's clock; 0 for never, null
 * where the kernel does not note it (CONFIG_SCHED_INFO).
 */
export function lastRunOf(kernel: Kernel, task: VirtualAddress): number | null {
  const at = runReaderOf(kernel)?.tryRead(task)?.at;
  return at === undefined ? null : Number(at);
}

const signalReaderOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'signal_struct', {
    threads: number('nr_threads'),
    head: optional(place('thread_head')),
    first: optional(pointer('thread_head.next')),
  }),
);

/**
 * How many threads a process has, as its kernel counts them. `signal` is of any of its threads.
 * Null where it leads to nothing that begins a list of threads.
 */
export function threadCountOf(kernel: Kernel, signal: VirtualAddress): number | null {
  const values = signalReaderOf(kernel)?.tryRead(signal);
  if (values === undefined) {
    return null;
  }
  const { threads, head, first } = values;
  const isHead =
    first === null ||
    tryRead(() => kernel.memory.readPointer(first + BigInt(kernel.memory.wordSizeInBits / 8))) ===
      head;
  return isHead ? threads : null;
}
