import { x8664 } from '@vmcorekit/architectures';
import type { TypeTable } from '@vmcorekit/core';
import { btfTypes } from '@vmcorekit/linux';
import { cBtf, FieldKernel, type FieldValues } from '@vmcorekit/testing';

/** `old` is as Linux 5.10, whose enumerations have no names; `modern` is as Linux 7.3. */
export type Form = 'old' | 'modern';

function typesOf(form: Form): TypeTable {
  const isModern = form === 'modern';
  const table = btfTypes(
    cBtf({
      list_head: ['void *next', 'void *prev'],
      hlist_node: ['void *next', 'void *pprev'],
      xarray: ['u32 xa_lock', 'u32 xa_flags', 'void *xa_head'],
      idr: ['struct xarray idr_rt', 'u32 idr_base'],
      xa_node: ['u8 shift', 'u8 offset', 'void *parent', 'void *array', 'void *slots[64]'],
      work_struct: ['u64 data', 'struct list_head entry', 'void *func'],
      wq_barrier: ['struct work_struct work', 'void *task'],
      timer_list: ['struct hlist_node entry', 'u64 expires', 'void *function', 'u32 flags'],
      timer_base: ['u64 clk', 'u32 cpu', 'void *vectors[64]'],
      delayed_work: [
        ...['struct work_struct work', 'struct timer_list timer', 'void *wq', 's32 cpu'],
      ],
      worker: [
        ...['struct list_head entry', 'struct hlist_node hentry', 'void *current_work'],
        ...['void *current_func', 'void *current_pwq'],
        ...(isModern ? ['u64 current_start'] : []),
        ...['struct list_head scheduled', 'void *task', 'void *pool', 'struct list_head node'],
        ...['u64 last_active', 'u32 flags', 's32 id', 'char desc[24]', 'void *rescue_wq'],
      ],
      worker_pool: [
        ...['s32 cpu', 's32 node', 's32 id', 'u32 flags'],
        isModern ? 'u64 last_progress_ts' : 'u64 watchdog_ts',
        ...['struct list_head worklist', 's32 nr_workers', 's32 nr_idle', 'void *busy_hash[64]'],
        ...['struct list_head workers', 'void *attrs'],
      ],
      pool_workqueue: [
        ...['void *pool', 'void *wq', 's32 nr_active', 'struct list_head pwqs_node'],
        `struct list_head ${isModern ? 'inactive_works' : 'delayed_works'}`,
      ],
      workqueue_attrs: ['s32 nice', 'u64 cpumask[1]'],
      workqueue_struct: [
        ...['struct list_head pwqs', 'struct list_head list', 'void *rescuer'],
        ...['s32 saved_max_active', `void *${isModern ? 'attrs' : 'unbound_attrs'}`],
        ...['char name[32]', 'u32 flags'],
      ],
      signal_struct: ['struct list_head thread_head'],
      kthread: ['void *data', 'void *full_name'],
      task_struct: [
        ...['u32 __state', 'u32 exit_state', 'u32 flags', 'u32 pid', 'u32 tgid', 'void *stack'],
        ...['void *mm', 'void *real_parent', 'void *group_leader', 'void *signal'],
        ...['char comm[16]', 'struct list_head tasks', 'struct list_head thread_node'],
        ...['struct list_head children', 'struct list_head sibling', 'u64 thread_info'],
        'void *worker_private',
      ],
    }),
    { wordSizeInBits: 64 },
  );
  const named: Readonly<Record<string, Readonly<Record<string, bigint>>>> = {
    // A kernel with CONFIG_DEBUG_OBJECTS_WORK keeps one more flag.
    work_bits: { WORK_STRUCT_FLAG_BITS: 5n, WORK_STRUCT_PWQ_SHIFT: 9n },
    wq_flags: { WQ_BH: 1n, WQ_UNBOUND: 2n, WQ_MEM_RECLAIM: 8n, __WQ_ORDERED: 1n << 17n },
    worker_pool_flags: { POOL_BH: 1n, POOL_MANAGER_ACTIVE: 2n },
  };
  return {
    from: 'the test',
    remarks: [],
    struct: (name) => table.struct(name),
    type: (name) => table.type?.(name),
    enumeration: (name) =>
      form === 'old' || named[name] === undefined
        ? undefined
        : new Map(Object.entries(named[name])),
  };
}

const workerFlags = 0x20 | 0x200000;
const ticks = 100_000n;

/** Two CPUs with a pool each; a test makes the workqueues, workers and works. */
export class WorkqueueKernel {
  readonly place: FieldKernel;
  readonly form: Form;
  readonly #queues: bigint;
  readonly #slots: bigint;
  readonly #initTask: bigint;
  readonly #wheels: bigint;
  #lastPid: number = 1;

  constructor(form: Form = 'modern') {
    this.form = form;
    const place = new FieldKernel(x8664, typesOf(form));
    this.place = place;
    this.#queues = place.take(16);
    place.emptyList(this.#queues);
    const idr = place.make('idr');
    const node = place.make('xa_node', { array: idr });
    place.set(idr, 'idr', { 'idr_rt.xa_head': node | 2n });
    this.#slots = place.at(node, 'xa_node', 'slots');
    this.#initTask = this.#task('swapper/0', 0, 0);
    place.emptyList(place.at(this.#initTask, 'task_struct', 'tasks'));
    this.#wheels = place.takePerCpu(place.sizeOf('timer_base'));
    for (const cpu of place.cpus) {
      place.set((place.areas[cpu] ?? 0n) + this.#wheels, 'timer_base', { cpu });
    }
    const jiffies = place.take(8);
    place.put(jiffies, ticks);
    place.code('delayed_work_timer_fn');
    Object.assign(place.symbols, {
      workqueues: this.#queues,
      worker_pool_idr: idr,
      init_task: this.#initTask,
      timer_bases: this.#wheels,
      timer_bases_end: this.#wheels + BigInt(place.sizeOf('timer_base')),
      jiffies_64: jiffies,
    });
  }

  queue(name: string, fields: FieldValues = {}): bigint {
    const { place } = this;
    const queue = place.make('workqueue_struct', { name, saved_max_active: 256, ...fields });
    place.emptyList(queue);
    place.append(this.#queues, place.at(queue, 'workqueue_struct', 'list'));
    return queue;
  }

  /** A pool of that number; a CPU of -1 makes it an unbound one. */
  pool(id: number, cpu: number, fields: FieldValues = {}): bigint {
    const { place } = this;
    const attrs = place.make('workqueue_attrs', { nice: -20, cpumask: [3n] });
    const pool = place.make('worker_pool', { id, cpu, node: -1, attrs, ...fields });
    for (const head of ['worklist', 'workers']) {
      place.emptyList(place.at(pool, 'worker_pool', head));
    }
    place.put(this.#slots + BigInt(8 * id), pool);
    return pool;
  }

  /** Joins a workqueue and a pool. */
  join(queue: bigint, pool: bigint, active = 0): bigint {
    const { place } = this;
    // Aligned, so that the low bits of a pointer to it are free.
    const address = (place.take(1024) + 511n) & ~511n;
    place.set(address, 'pool_workqueue', { wq: queue, pool, nr_active: active });
    place.emptyList(place.at(address, 'pool_workqueue', this.inactive));
    place.append(queue, place.at(address, 'pool_workqueue', 'pwqs_node'));
    return address;
  }

  get inactive(): string {
    return this.form === 'old' ? 'delayed_works' : 'inactive_works';
  }

  /** A worker with a task, at the end of its pool; a pool of 0 makes it a rescuer. */
  worker(pool: bigint, comm: string, fields: FieldValues = {}): bigint {
    const { place } = this;
    const worker = place.make('worker', { pool, ...fields });
    place.emptyList(place.at(worker, 'worker', 'scheduled'));
    if (pool !== 0n) {
      place.append(place.at(pool, 'worker_pool', 'workers'), place.at(worker, 'worker', 'node'));
    }
    if (comm !== '') {
      const task = this.listedTask(comm, worker);
      place.set(worker, 'worker', { task });
    }
    return worker;
  }

  /** A kernel thread of the list of tasks that says that it is that worker. */
  listedTask(comm: string, worker = 0n): bigint {
    const { place } = this;
    const task = this.#task(comm, ++this.#lastPid, workerFlags);
    place.set(task, 'task_struct', { worker_private: place.make('kthread', { data: worker }) });
    place.append(
      place.at(this.#initTask, 'task_struct', 'tasks'),
      place.at(task, 'task_struct', 'tasks'),
    );
    return task;
  }

  /** Makes a worker run a work. */
  run(worker: bigint, joined: bigint, name: string, bucket = 3): bigint {
    const { place } = this;
    const work = this.work(name, 0n);
    const pool = place.word(place.at(worker, 'worker', 'pool'));
    place.set(worker, 'worker', {
      current_work: work,
      current_func: place.code(name),
      current_pwq: joined,
      ...(this.form === 'modern' ? { current_start: ticks - 500n } : {}),
    });
    place.hang(
      place.at(pool, 'worker_pool', 'busy_hash') + BigInt(8 * bucket),
      place.at(worker, 'worker', 'hentry'),
    );
    return work;
  }

  /** A work that was queued there; 0 for nowhere. Bits of flags and of a color are set. */
  work(name: string, joined: bigint): bigint {
    const data = joined === 0n ? 0x20n : joined | 0x35n;
    return this.place.make('work_struct', { data, func: this.place.code(name) });
  }

  /** Hangs works onto the end of a list. */
  wait(head: bigint, ...works: readonly bigint[]): void {
    const { place } = this;
    place.append(head, ...works.map((work) => place.at(work, 'work_struct', 'entry')));
  }

  /** A work whose timer waits on a CPU. */
  delay(cpu: number, name: string, queue: bigint, wanted: number): bigint {
    const { place } = this;
    const delayed = place.make('delayed_work', {
      'work.func': place.code(name),
      'timer.expires': ticks + 250n,
      'timer.function': place.code('delayed_work_timer_fn'),
      wq: queue,
      cpu: wanted,
    });
    place.hang(
      place.at((place.areas[cpu] ?? 0n) + this.#wheels, 'timer_base', 'vectors') + 40n,
      place.at(delayed, 'delayed_work', 'timer'),
    );
    return delayed;
  }

  #task(comm: string, pid: number, flags: number): bigint {
    const { place } = this;
    const task = place.make('task_struct', { comm, pid, tgid: pid, flags });
    const [stack, signal] = [place.take(64), place.make('signal_struct')];
    place.put(stack, 0x57ac6e9dn);
    place.emptyList(signal);
    place.append(signal, place.at(task, 'task_struct', 'thread_node'));
    place.emptyList(place.at(task, 'task_struct', 'children'));
    place.set(task, 'task_struct', { stack, signal, group_leader: task, real_parent: task });
    return task;
  }
}
