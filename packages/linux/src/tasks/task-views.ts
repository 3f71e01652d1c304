import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { hlistNodes } from '../containers/hlist.ts';
import { idrEntries } from '../containers/idr.ts';
import { listNodes } from '../containers/list.ts';
import { perCpuOf, perCpuVariable } from '../containers/per-cpu.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { perKernel } from '../per-kernel.ts';
import { number, optional, place, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';

/** A place where a kernel keeps its tasks. */
export type TaskView = 'tasks' | 'pids' | 'children' | 'runqueue' | 'cpu';

/** A task that a view names; `pid` where the view has its own number of it. */
export interface Sighting {
  readonly address: VirtualAddress;
  readonly pid?: number;
}

/** Where the lists of tasks hang. */
export interface TaskLinks {
  readonly tasks: bigint;
  readonly threadHead: bigint;
  readonly threadNode: bigint;
  readonly children: bigint;
  readonly sibling: bigint;
  /** On the list of fair tasks of a CPU; null where the kernel has none. */
  readonly fair: bigint | null;
  readonly realTime: bigint | null;
}

/** Undefined where the kernel's types do not have the list of tasks. */
export const taskLinksOf: (kernel: Kernel) => TaskLinks | undefined = perKernel(({ types }) => {
  const at = (struct: string, member: string): bigint | null => {
    const found = types.struct(struct)?.member(member);
    return found === undefined ? null : BigInt(found.offsetInBytes);
  };
  const tasks = at('task_struct', 'tasks');
  const threadHead = at('signal_struct', 'thread_head');
  const threadNode = at('task_struct', 'thread_node');
  const children = at('task_struct', 'children');
  const sibling = at('task_struct', 'sibling');
  return tasks === null ||
    threadHead === null ||
    threadNode === null ||
    children === null ||
    sibling === null
    ? undefined
    : {
        tasks,
        threadHead,
        threadNode,
        children,
        sibling,
        fair: at('task_struct', 'se.group_node'),
        realTime: at('task_struct', 'rt.run_list'),
      };
});

/**
 * The threads of the processes in the list of tasks, `init_task` first. Source: Linux,
 * include/linux/sched/signal.h (for_each_process_thread).
 */
export function* listedTasks(
  kernel: Kernel,
  links: TaskLinks,
  initTask: VirtualAddress,
  signalOf: (task: VirtualAddress) => VirtualAddress | undefined,
  notes: WalkNotes,
): Generator<Sighting, void, void> {
  const head = initTask + links.tasks;
  // A hostile list may lead to the threads of one process again and again.
  const walked = new Set<VirtualAddress>();
  yield { address: initTask };
  for (const node of listNodes(kernel, head, notes, { name: 'init_task.tasks' })) {
    const leader = within(node, links.tasks);
    yield { address: leader };
    const signal = signalOf(leader);
    if (signal === undefined || walked.has(signal)) {
      continue;
    }
    walked.add(signal);
    for (const thread of listNodes(kernel, signal + links.threadHead, notes, {
      name: `the threads of the task at 0x${leader.toString(16)}`,
    })) {
      yield { address: within(thread, links.threadNode) };
    }
  }
}

/** The tasks that the first namespace of pids names: all but the idle tasks. */
export function* numberedTasks(kernel: Kernel, notes: WalkNotes): Generator<Sighting, void, void> {
  const symbol = kernel.symbols.find('init_pid_ns');
  const idr = kernel.types.struct('pid_namespace')?.member('idr');
  const links = kernel.types.struct('task_struct')?.member('pid_links');
  const tasks = kernel.types.struct('pid')?.member('tasks');
  if (symbol === undefined || idr === undefined || links === undefined || tasks === undefined) {
    return;
  }
  const at = symbol.address + BigInt(idr.offsetInBytes);
  for (const { index, entry } of idrEntries(kernel, at, notes, { name: 'init_pid_ns.idr' })) {
    const head = entry + BigInt(tasks.offsetInBytes);
    const name = `the tasks of pid ${index}`;
    for (const node of hlistNodes(kernel, head, notes, { name, limit: 16 })) {
      // The first list of each task, by the thread's own number (PIDTYPE_PID).
      const address = within(node, BigInt(links.offsetInBytes));
      yield { address, pid: Number(index) };
    }
  }
}

/** The children of a task, each the first thread of its process. */
export function* childrenOf(
  kernel: Kernel,
  links: TaskLinks,
  task: VirtualAddress,
  notes: WalkNotes,
): Generator<Sighting, void, void> {
  const head = task + links.children;
  const name = `the children of the task at 0x${task.toString(16)}`;
  for (const node of listNodes(kernel, head, notes, { name })) {
    yield { address: within(node, links.sibling) };
  }
}

const runqueueReaderOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'rq', {
    current: pointer('curr'),
    idle: pointer('idle'),
    stop: optional(pointer('stop')),
    fair: optional(place('cfs_tasks')),
    realTime: optional(place('rt.active.queue')),
    realTimeCount: optional(number('rt.rt_nr_running')),
  }),
);

/** What a CPU's runqueue holds. */
export interface Runqueue {
  /** The task that it says the CPU runs. */
  readonly current: VirtualAddress;
  readonly idle: VirtualAddress;
  readonly tasks: readonly VirtualAddress[];
}

/**
 * The idle task of a CPU, and the tasks that run or wait on it: its current one, the fair ones and
 * those of real time. Undefined where its runqueue cannot be read, and for one in `walked`: no two
 * CPUs share one, but in a hostile dump. Source: Linux, kernel/sched/sched.h (struct rq).
 */
export function runqueueOf(
  kernel: Kernel,
  links: TaskLinks,
  cpu: number,
  notes: WalkNotes,
  walked: Set<VirtualAddress>,
): Runqueue | undefined {
  const at = perCpuVariable(kernel, 'runqueues', cpu);
  const rq = runqueueReaderOf(kernel);
  const values = at === undefined ? undefined : rq?.tryRead(at);
  if (at === undefined || rq === undefined || values === undefined || walked.has(at)) {
    return undefined;
  }
  walked.add(at);
  const tasks = [values.current, values.idle, values.stop ?? 0n].filter((task) => task !== 0n);
  if (values.fair !== null && links.fair !== null) {
    const name = `the fair tasks of CPU ${cpu}`;
    for (const node of listNodes(kernel, values.fair, notes, { name })) {
      tasks.push(within(node, links.fair));
    }
  }
  const queue = rq.type.member('rt.active.queue');
  if (values.realTime !== null && links.realTime !== null && values.realTimeCount !== 0) {
    const lists = queue?.type?.kind === 'array' ? Math.min(queue.type.count, 256) : 0;
    for (let priority = 0; priority < lists; priority++) {
      const head = values.realTime + BigInt(priority * (kernel.memory.wordSizeInBits / 4));
      const name = `the real-time tasks of CPU ${cpu} with priority ${priority}`;
      for (const node of listNodes(kernel, head, notes, { name })) {
        tasks.push(within(node, links.realTime));
      }
    }
  }
  return { current: values.current, idle: values.idle, tasks };
}

/**
 * The task that a CPU runs, as the CPU itself knows it. Linux 6.2 to 6.14 keep it in `pcpu_hot`.
 * Undefined where neither is known. Source: Linux, arch/x86/include/asm/current.h.
 */
export function currentOf(kernel: Kernel, cpu: number): VirtualAddress | undefined {
  const member = kernel.types.struct('pcpu_hot')?.member('current_task');
  const hot = member === undefined ? undefined : perCpuVariable(kernel, 'pcpu_hot', cpu);
  const at =
    hot === undefined
      ? perCpuVariable(kernel, 'current_task', cpu)
      : hot + BigInt(member?.offsetInBytes ?? 0);
  return at === undefined ? undefined : tryRead(() => kernel.memory.readPointer(at));
}

/**
 * The idle task of a CPU by its own variable, where no type describes the runqueue. Undefined where
 * the symbols do not name it. Source: Linux, kernel/smpboot.c (idle_threads).
 */
export function idleOf(kernel: Kernel, cpu: number): VirtualAddress | undefined {
  const at = perCpuVariable(kernel, 'idle_threads', cpu);
  const task = at === undefined ? undefined : tryRead(() => kernel.memory.readPointer(at));
  return task === 0n ? undefined : task;
}

/** The numbers of the CPUs that may have tasks. */
export function possibleCpus(kernel: Kernel): readonly number[] {
  return perCpuOf(kernel).possible.value ?? [];
}

/** The task that has a node at an offset. */
function within(node: VirtualAddress, offset: bigint): VirtualAddress {
  return BigInt.asUintN(64, node - offset);
}
