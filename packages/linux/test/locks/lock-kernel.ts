import type { Kernel, StackFrame, StackTrace } from '@vmcorekit/core';
import type { FlatStructs } from '../tasks/flat-types.ts';
import { at, TaskKernel } from '../tasks/task-kernel.ts';

const uninterruptible = 2;

const waiters: FlatStructs = {
  inactive_task_frame: {
    size: 24,
    members: { bx: [0, 'pointer'], bp: [8, 'pointer'], ret_addr: [16, 'pointer'] },
  },
  mutex_waiter: { size: 32, members: { list: [0, { array: 16 }], task: [16, 'pointer'] } },
  rwsem_waiter: { size: 48, members: { list: [0, { array: 16 }], task: [16, 'pointer'] } },
  semaphore_waiter: { size: 32, members: { list: [0, { array: 16 }], task: [16, 'pointer'] } },
};

/** Locks as Linux 6.12 has them: with the head of a list. */
const listed: FlatStructs = {
  ...waiters,
  mutex: { size: 32, members: { owner: [0, 8], wait_list: [16, { array: 16 }] } },
  rw_semaphore: {
    size: 40,
    members: { count: [0, 8], owner: [8, 8], wait_list: [24, { array: 16 }] },
  },
  semaphore: { size: 24, members: { count: [4, 4], wait_list: [8, { array: 16 }] } },
};

/** Locks as Linux 7.3 has them: with a pointer to the first of a ring. */
const ringed: FlatStructs = {
  ...waiters,
  mutex: { size: 24, members: { owner: [0, 8], first_waiter: [16, 'pointer'] } },
  rw_semaphore: {
    size: 32,
    members: { count: [0, 8], owner: [8, 8], first_waiter: [24, 'pointer'] },
  },
};

const functions = {
  mutex: '__mutex_lock.constprop.0',
  rwsem: 'rwsem_down_write_slowpath',
  semaphore: '___down_common',
} as const;
const heads = { mutex: 16n, rwsem: 24n, semaphore: 8n } as const;

export type Kind = keyof typeof functions;

/** A kernel whose tasks hold locks and wait for them. */
export class LockKernel {
  readonly tasks: TaskKernel;
  readonly #isRing: boolean;
  readonly #traces: Map<bigint, StackFrame[]> = new Map();
  #lastPid: number = 1;

  constructor(form: 'listed' | 'ringed' = 'listed') {
    this.#isRing = form === 'ringed';
    this.tasks = new TaskKernel(this.#isRing ? ringed : listed);
  }

  task(comm: string): bigint {
    return this.tasks.task({ pid: this.#lastPid++, comm, state: uninterruptible });
  }

  /** An unheld lock. The words of its owner, and of an rwsem's count, are the test's to write. */
  lock(kind: Kind): bigint {
    const { heap } = this.tasks;
    const lock = heap.take(40);
    const head = lock + heads[kind];
    heap.put(head, ...(this.#isRing ? [0n] : [head, head]));
    return lock;
  }

  /** Makes a task sleep in the slow path of a lock; returns where its waiter lies. */
  wait(task: bigint, kind: Kind, lock: bigint, caller: string = 'wants_it'): bigint {
    const { heap } = this.tasks;
    const stack = heap.word(task + at.stack);
    const waiter = stack + 0x940n;
    const head = lock + heads[kind];
    heap.put(task + at.stackPointer, stack + 0x800n);
    heap.put(waiter + 16n, task);
    if (!this.#isRing) {
      this.tasks.append(head, waiter);
    } else if (heap.word(head) === 0n) {
      heap.put(waiter, waiter, waiter);
      heap.put(head, waiter);
    } else {
      this.tasks.append(heap.word(head), waiter);
    }
    // The function keeps the lock's address in a register that it saves.
    heap.put(stack + 0x9f8n, lock);
    this.#traces.set(task, [
      frame('schedule', stack + 0x820n),
      frame(functions[kind], stack + 0x900n),
      frame(caller, stack + 0xa00n),
    ]);
    return waiter;
  }

  kernel(): Kernel {
    const trace = ({ task }: { readonly task: bigint | null }): StackTrace => ({
      frames: this.#traces.get(task ?? 0n) ?? [],
      end: { reason: 'end-of-stack', isComplete: true, detail: null },
      by: 'the test',
      remarks: [],
    });
    return this.tasks.kernel(undefined, { stacks: { trace } });
  }
}

function frame(symbol: string, stackPointer: bigint): StackFrame {
  return {
    address: 0xffff_ffff_8100_0000n,
    stackPointer,
    kind: 'return',
    symbol,
    offset: 0x10,
    sizeInBytes: 0x40,
    module: null,
    stack: 'task',
    isGuess: false,
    note: null,
  };
}
