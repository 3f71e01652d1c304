import { onlyOf } from './agreement.ts';
import { nameAt } from './find-task-list.ts';
import type { TaskSamples } from './task-samples.ts';
import type { TaskWindow } from './task-window.ts';

/** PF_KTHREAD. Source: Linux, include/linux/sched.h. */
const kernelThreadFlag = 0x0020_0000;
/** PF_WQ_WORKER, and how its tasks' names begin. Source: kernel/workqueue.c. */
const workerFlag = 0x20;
const workerName = 'kworker/';
/** PF_FORKNOEXEC: a task that never ran a program from a file. */
const neverRanFile = 0x40;
/** The highest flag is of a task that suspends the machine; halves of addresses have it too. */
const largestFlags = 0x7fff_ffff;
/** The task that makes all threads of the kernel. Source: Linux, kernel/kthread.c. */
const threadMaker = 'kthreadd';

/** Real tasks have one or two pointers like these. */
const mostCandidates = 16;

/** What sets the threads of the kernel apart: a flag, and that they have no memory of their own. */
export interface FoundKinds {
  readonly flags: number | undefined;
  readonly mm: number | undefined;
}

/**
 * Finds the flag that kthreadd and its children have, and the pointer that only programs have. The
 * flags prove themselves by a second one, of workers; the pointer by its twin `active_mm`, which
 * the tasks of the kernel borrow.
 */
export function findKinds(samples: TaskSamples, realParent: number): FoundKinds {
  const { all, leaders, list } = samples;
  const maker = leaders[2];
  if (maker === undefined || nameAt(maker, list.comm) !== threadMaker) {
    return { flags: undefined, mm: undefined };
  }
  const isOfKernel = (task: TaskWindow) =>
    task === list.initTask || task === maker || task.word(realParent) === maker.address;
  const workers = new Set(
    all.filter((task) => nameAt(task, list.comm)?.startsWith(workerName) && isOfKernel(task)),
  );
  const flags = samples.integers(all, (task, value) =>
    task === list.initTask
      ? undefined
      : ((value & kernelThreadFlag) !== 0) === isOfKernel(task) &&
        (!workers.has(task) || (value & workerFlag) !== 0) &&
        (task !== maker || (value & (workerFlag | neverRanFile)) === neverRanFile) &&
        (task !== leaders[1] || (value & neverRanFile) === 0) &&
        value <= largestFlags,
  );
  return { flags: onlyOf(flags), mm: onlyOf(memoriesOf(samples, isOfKernel)) };
}

function memoriesOf(samples: TaskSamples, isOfKernel: (task: TaskWindow) => boolean): number[] {
  const { all, leaders } = samples;
  const programs = leaders.filter((task) => !isOfKernel(task));
  const isReadable = (address: bigint) => samples.list.initTask.pointerAt(address) !== undefined;
  const offsets = samples.words(all, (task, value, offset) => {
    if (isOfKernel(task)) {
      return value === 0n;
    }
    const ofLeader = samples.leaderOf(task).word(offset);
    // A program that has ended has given its memory back.
    return value === 0n && task !== programs[0]
      ? undefined
      : (ofLeader === value || ofLeader === 0n) && isReadable(value);
  });
  const proved = offsets.slice(0, mostCandidates).filter((offset) => {
    const twins = samples.words(programs, (task, value) => value === task.word(offset));
    return twins.some((twin) => twin !== offset);
  });
  const [first, ...others] = proved;
  // Where no task of the kernel borrows memory, the twins are alike in every task.
  const areAlike = others.every((other) =>
    all.every((task) => task.word(other) === task.word(first ?? 0)),
  );
  return areAlike ? proved.slice(0, 1) : proved;
}
