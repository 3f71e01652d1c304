import type { Kernel, TypeTable } from '@vmcorekit/core';
import { at, type TaskFields, TaskKernel } from '../tasks/task-kernel.ts';

/** After `mm` in real kernels; this one has it at its end. */
const activeMm = 320n;
const workerFlag = 0x20;
const kernelThreadFlag = 0x20_0000;
const neverRanFile = 0x40;
const stackSizeInBytes = 0x1000n;

/** A kernel whose memory is like a real one's, with tasks enough to find their members by. */
export class UntypedKernel {
  readonly tasks: TaskKernel;
  readonly init: bigint;
  readonly threadMaker: bigint;
  readonly #stackStart: bigint;
  #depth: bigint = 0x100n;
  #index: number = 0;

  /** @param start where its memory begins */
  constructor(start?: bigint) {
    this.tasks = new TaskKernel({}, start === undefined ? {} : { at: start });
    const { tasks } = this;
    const { heap } = tasks;
    this.#stackStart = heap.word(tasks.initTask + at.stack);
    this.#finish(tasks.initTask, { pid: 0, isKernel: true, state: 0 });
    heap.put(tasks.initTask + activeMm, heap.take(64));
    this.init = this.program({ pid: 1, comm: 'init' });
    this.threadMaker = this.task({ pid: 2, comm: 'kthreadd', isKernel: true });
    for (let pid = 3; pid < 11; pid++) {
      this.worker(pid);
    }
    this.program({ pid: 20, comm: 'sh', parent: this.init });
    this.program({ pid: 21, comm: 'sleep', parent: this.init });
    this.task({
      pid: 22,
      comm: 'sleep/2',
      threadOf: this.program({ pid: 30, comm: 'threads', parent: this.init }),
    });
  }

  worker(pid: number): bigint {
    return this.task({
      pid,
      comm: `kworker/0:${pid}`,
      isKernel: true,
      state: 0x402,
      parent: this.threadMaker,
    });
  }

  program(fields: TaskFields): bigint {
    return this.task({ ...fields, mm: this.tasks.heap.take(64) });
  }

  task(fields: TaskFields): bigint {
    const { threadOf } = fields;
    const mm = threadOf === undefined ? fields.mm : this.tasks.heap.word(threadOf + at.mm);
    const made = { ...fields, ...(mm === undefined ? {} : { mm }) };
    const task = this.tasks.task(made);
    this.#finish(task, made);
    return task;
  }

  /** `types` are those that the tasks are found with. */
  kernel(types?: TypeTable): Kernel {
    return this.tasks.kernel(undefined, types === undefined ? {} : { types }, {
      init_stack: this.#stackStart,
      __end_init_stack: this.#stackStart + stackSizeInBytes,
    });
  }

  #finish(task: bigint, { isKernel, comm, mm, state }: TaskFields): void {
    const { heap } = this.tasks;
    const flags = isKernel === true ? kernelThreadFlag | neverRanFile : 0;
    const ofWorker = comm?.startsWith('kworker/') === true ? workerFlag : 0;
    this.tasks.int(task + at.flags, flags | ofWorker);
    this.tasks.int(task + at.state, state ?? 1);
    heap.put(task + activeMm, mm ?? 0n);
    // Not where the heap gave it, which is as far from its signals in every task.
    heap.take(0x10 * (this.#index++ % 7));
    heap.put(task + at.credentials, heap.take(80));
    this.#depth += 0x10n;
    heap.put(task + at.stackPointer, heap.word(task + at.stack) + this.#depth);
  }
}
