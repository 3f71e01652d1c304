import { x8664 } from '@vmcorekit/architectures';
import type { Kernel, TypeTable } from '@vmcorekit/core';
import { memoryDump, symbolList, testKernel } from '@vmcorekit/testing';
import { Heap, type HeapFields } from '../containers/heap.ts';
import { type FlatStructs, flatTypes } from './flat-types.ts';

/** Where members lie in this kernel. */
export const at = {
  state: 0n,
  exitState: 4n,
  flags: 8n,
  cpu: 16n,
  stack: 24n,
  mm: 32n,
  pid: 40n,
  tgid: 44n,
  realParent: 48n,
  groupLeader: 56n,
  signal: 64n,
  credentials: 72n,
  comm: 80n,
  tasks: 96n,
  threadNode: 112n,
  children: 128n,
  sibling: 144n,
  pidLink: 160n,
  fair: 176n,
  realTime: 192n,
  stackPointer: 208n,
  rssCounts: 224n,
  kthread: 240n,
  nsproxy: 248n,
  threadPid: 256n,
  startTime: 264n,
  priority: 288n,
  switches: 304n,
  stackArea: 320n,
} as const;

const structs: FlatStructs = {
  task_struct: {
    size: 0x180,
    members: {
      __state: [0, 4],
      exit_state: [4, 4],
      flags: [8, 4],
      on_cpu: [12, 4],
      cpu: [16, 4],
      stack: [24, 'pointer'],
      mm: [32, 'pointer'],
      pid: [40, 4],
      tgid: [44, 4],
      real_parent: [48, 'pointer'],
      group_leader: [56, 'pointer'],
      signal: [64, 'pointer'],
      real_cred: [72, 'pointer'],
      comm: [80, { array: 16 }],
      tasks: [96, { array: 16 }],
      thread_node: [112, { array: 16 }],
      children: [128, { array: 16 }],
      sibling: [144, { array: 16 }],
      pid_links: [160, { array: 16 }],
      'se.group_node': [176, { array: 16 }],
      'rt.run_list': [192, { array: 16 }],
      'thread.sp': [208, 'pointer'],
      thread_info: [216, 8],
      'rss_stat.count': [224, { array: 16 }],
      worker_private: [240, 'pointer'],
      nsproxy: [248, 'pointer'],
      thread_pid: [256, 'pointer'],
      start_boottime: [264, 8],
      utime: [272, 8],
      stime: [280, 8],
      prio: [288, 4],
      static_prio: [292, 4],
      rt_priority: [296, 4],
      policy: [300, 4],
      nvcsw: [304, 8],
      nivcsw: [312, 8],
      stack_vm_area: [320, 'pointer'],
    },
  },
  thread_union: { size: 0x1000, members: {} },
  vm_struct: { size: 64, members: { addr: [8, 'pointer'] } },
  signal_struct: { size: 16, members: { thread_head: [0, { array: 16 }] } },
  pid_namespace: { size: 24, members: { idr: [0, { array: 24 }] } },
  pid: { size: 64, members: { tasks: [0, { array: 32 }] } },
  idr: { size: 24, members: { idr_rt: [0, { array: 16 }], idr_base: [16, 4] } },
  xarray: { size: 16, members: { xa_head: [8, 'pointer'] } },
  xa_node: {
    size: 576,
    members: {
      shift: [0, 1],
      offset: [1, 1],
      parent: [8, 'pointer'],
      array: [16, 'pointer'],
      slots: [40, { array: 1024 }],
    },
  },
  rq: {
    size: 80,
    members: {
      curr: [0, 'pointer'],
      idle: [8, 'pointer'],
      stop: [16, 'pointer'],
      cfs_tasks: [24, { array: 16 }],
      'rt.active.queue': [40, { array: 32 }],
      'rt.rt_nr_running': [72, 4],
    },
  },
  mm_struct: { size: 64, members: { total_vm: [0, 8], rss_stat: [8, 8] } },
  cred: {
    size: 80,
    members: Object.fromEntries([
      ...['uid', 'gid', 'suid', 'sgid', 'euid', 'egid', 'fsuid', 'fsgid'].map(
        (name, index) => [name, [8 + index * 4, 4]] as const,
      ),
      ['cap_effective', [40, 8]] as const,
    ]),
  },
};

export interface TaskFields {
  readonly pid: number;
  /** The task whose thread it is; a process of its own unless given. */
  readonly threadOf?: bigint;
  readonly parent?: bigint;
  readonly comm?: string;
  readonly state?: number;
  readonly exitState?: number;
  readonly isKernel?: boolean;
  readonly mm?: bigint;
  readonly uid?: number;
  readonly cpu?: number;
}

const kernelThreadFlag = 0x200000;

/** A kernel of one CPU whose tasks a test makes; lists are in order. */
export class TaskKernel {
  readonly heap: Heap;
  readonly #types: TypeTable;
  readonly initTask: bigint;
  /** The head of the tasks that a process may be hung on. */
  readonly rq: bigint;
  readonly #pidNamespace: bigint;
  readonly #pidNode: bigint;
  readonly #currentAt: bigint;
  readonly #cpus: bigint;
  readonly #counter: bigint;
  readonly #listed: bigint[] = [];

  /** `more` has further structures, or others in their place; `memory` says where they lie. */
  constructor(more: FlatStructs = {}, memory: Pick<HeapFields, 'at'> = {}) {
    this.#types = flatTypes({ ...structs, ...more });
    this.heap = new Heap({ ...memory, types: this.#types });
    const { heap } = this;
    this.#pidNamespace = heap.take(24);
    this.#pidNode = heap.take(576, 64);
    heap.put(this.#pidNode, 0n, 0n, this.#pidNamespace);
    heap.put(this.#pidNamespace + 8n, this.#pidNode | 2n);
    this.rq = heap.take(80);
    for (const head of [24n, 40n, 56n]) {
      heap.put(this.rq + head, this.rq + head, this.rq + head);
    }
    this.#currentAt = heap.take(8);
    this.#cpus = heap.take(24);
    heap.put(this.#cpus, 1n, 1n, 0n);
    this.#counter = heap.take(8);
    this.initTask = this.#make({ pid: 0, comm: 'swapper/0', isKernel: true });
    heap.put(this.initTask + at.tasks, this.initTask + at.tasks, this.initTask + at.tasks);
    heap.put(this.initTask + at.realParent, this.initTask);
    heap.put(this.rq, this.initTask, this.initTask);
    this.run(this.initTask);
  }

  /** A task that is in the list, has a number and a parent. */
  task(fields: TaskFields): bigint {
    const task = this.#make(fields);
    this.number(task, fields.pid);
    if (fields.threadOf === undefined) {
      this.append(this.initTask + at.tasks, task + at.tasks);
      const parent = fields.parent ?? this.initTask;
      this.append(parent + at.children, task + at.sibling);
      this.heap.put(task + at.realParent, parent);
    }
    this.#listed.push(task);
    return task;
  }

  /** Makes the vm area of a task's stack, which begins at an address. */
  makeStackArea(task: bigint, start: bigint): void {
    const area = this.heap.take(64);
    this.heap.put(area + 8n, start);
    this.heap.put(task + at.stackArea, area);
  }

  /** A task that no list has. */
  lostTask(fields: TaskFields): bigint {
    return this.#make(fields);
  }

  /** Puts a task into the table of pids. */
  number(task: bigint, pid: number): void {
    const { heap } = this;
    const struct = heap.take(64);
    heap.put(struct, task + at.pidLink);
    heap.put(task + at.pidLink, 0n, struct);
    heap.put(this.#pidNode + 40n + BigInt(pid * 8), struct);
  }

  /** Hangs a node onto the end of a list. */
  append(head: bigint, node: bigint): void {
    const last = this.heap.word(head + 8n);
    this.heap.put(node, head, last);
    this.heap.put(last, node);
    this.heap.put(head + 8n, node);
  }

  /** Takes a node out of its list, as a rootkit does. */
  unlink(node: bigint): void {
    const [next, prev] = [this.heap.word(node), this.heap.word(node + 8n)];
    this.heap.put(prev, next);
    this.heap.put(next + 8n, prev);
  }

  /** Makes it the task that the CPU runs. */
  run(task: bigint): void {
    this.heap.put(this.#currentAt, task);
  }

  int(address: bigint, value: number): void {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setInt32(0, value, true);
    this.heap.bytes(address, bytes);
  }

  /** `count` is what the kernel counts; the tasks that were made unless given. */
  kernel(
    count: number = this.#listed.length,
    more: Partial<Kernel> = {},
    variables: Readonly<Record<string, bigint>> = {},
  ): Kernel {
    this.int(this.#counter, count);
    return testKernel({
      dump: memoryDump({ memory: this.heap.memory, architecture: x8664 }),
      memory: this.heap.kernel.memory,
      types: this.#types,
      symbols: symbolList({
        init_task: this.initTask,
        init_pid_ns: this.#pidNamespace,
        runqueues: this.rq,
        current_task: this.#currentAt,
        nr_cpu_ids: this.#cpus,
        __cpu_possible_mask: this.#cpus + 8n,
        __per_cpu_offset: this.#cpus + 16n,
        nr_threads: this.#counter,
        ...variables,
      }),
      ...(more as object),
    });
  }

  #make(fields: TaskFields): bigint {
    const { heap } = this;
    const task = heap.take(0x180, 64);
    const stack = heap.take(0x1000, 0x1000);
    const leader = fields.threadOf ?? task;
    heap.put(stack, 0x57ac6e9dn);
    heap.put(task + at.stack, stack, fields.mm ?? 0n);
    heap.put(task + at.stackPointer, stack + 0xf00n);
    this.int(task + at.state, fields.state ?? 1);
    this.int(task + at.exitState, fields.exitState ?? 0);
    this.int(task + at.flags, fields.isKernel === true ? kernelThreadFlag : 0);
    this.int(task + at.cpu, fields.cpu ?? 0);
    this.int(task + at.pid, fields.pid);
    heap.put(task + at.realParent, fields.parent ?? this.initTask ?? task, leader);
    heap.bytes(task + at.comm, new TextEncoder().encode(fields.comm ?? `task${fields.pid}`));
    heap.put(task + at.children, task + at.children, task + at.children);
    const credentials = heap.take(80);
    this.int(credentials + 8n, fields.uid ?? 0);
    heap.put(task + at.credentials, credentials);
    let signal = heap.word(leader + at.signal);
    if (fields.threadOf === undefined) {
      signal = heap.take(16);
      heap.put(signal, signal, signal);
    }
    heap.put(task + at.signal, signal);
    this.int(task + at.tgid, fields.threadOf === undefined ? fields.pid : this.#pidOf(leader));
    this.append(signal, task + at.threadNode);
    return task;
  }

  #pidOf(task: bigint): number {
    return this.heap.kernel.memory.readUint32(task + at.pid);
  }
}
