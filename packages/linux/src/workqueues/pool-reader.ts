import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { hlistNodes } from '../containers/hlist.ts';
import { countOf } from '../containers/layout.ts';
import { listNodes } from '../containers/list.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { cpusIn, maskMember } from '../reading/cpu-mask.ts';
import { number, place, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import type { SecondsSince } from './work-clock.ts';
import type { WorkReader } from './work-reader.ts';
import type { WorkerReader } from './worker-reader.ts';
import type { Worker, WorkerPool } from './workqueue.ts';

/** POOL_BH since Linux 6.9 (4cb1ef64609f); the bit meant POOL_MANAGER_ACTIVE before. */
const softFlag = 1;
/** BUSY_WORKER_HASH_ORDER is 6. */
const maxBuckets = 1024;

/** What reading pools needs, and how many workers may still be read of this dump. */
export interface PoolSources {
  readonly notes: WalkNotes;
  readonly works: WorkReader;
  readonly workers: WorkerReader;
  readonly since: SecondsSince;
  readonly budget: { left: number };
}

/** Reads worker pools of one kernel. Source: Linux, kernel/workqueue.c. */
export class PoolReader {
  readonly #kernel: Kernel;
  readonly #sources: PoolSources;
  readonly #readers: NonNullable<ReturnType<typeof readersOf>>;
  readonly #buckets: number;
  readonly #hasSoft: boolean;

  private constructor(
    kernel: Kernel,
    sources: PoolSources,
    readers: NonNullable<ReturnType<typeof readersOf>>,
  ) {
    this.#kernel = kernel;
    this.#sources = sources;
    this.#readers = readers;
    this.#buckets = Math.min(maxBuckets, countOf(kernel.types, 'worker_pool', 'busy_hash'));
    this.#hasSoft = kernel.types.enumeration('worker_pool_flags')?.get('POOL_BH') === 1n;
  }

  /** Undefined where the kernel's types do not have the structures. */
  static of(kernel: Kernel, sources: PoolSources): PoolReader | undefined {
    const readers = readersOf(kernel);
    return readers === undefined ? undefined : new PoolReader(kernel, sources, readers);
  }

  /** Undefined, and damage in the notes, where no pool of that number lies there. */
  read(id: number, address: VirtualAddress): WorkerPool | undefined {
    const { notes, works, since } = this.#sources;
    const name = `worker pool ${id}`;
    const values = this.#readers.pool.tryRead(address);
    if (values === undefined || values.id !== id) {
      const because =
        values === undefined ? 'the pool cannot be read' : `the pool there is ${values.id}`;
      notes.add({ container: name, at: address, because });
      return undefined;
    }
    const workers = [...this.#workersOf(address, values.workers, name)];
    this.#compareBusy(values.busy, workers, name);
    const pending = works.listed(values.pending, `the works of ${name}`);
    return {
      address,
      id,
      cpu: values.cpu < 0 ? null : values.cpu,
      node: values.node < 0 ? null : values.node,
      ...this.attributesAt(values.attributes),
      isSoft: this.#hasSoft && (values.flags & softFlag) !== 0,
      workerCount: values.workerCount,
      idleCount: values.idleCount,
      workers,
      pending,
      stalledSeconds: pending.length === 0 ? null : since(values.lastProgress),
    };
  }

  /** What a `struct workqueue_attrs` says; nulls where it cannot be read. */
  attributesAt(address: VirtualAddress): Pick<WorkerPool, 'nice' | 'cpus'> {
    const { attributes, cpus } = this.#readers;
    const nice = address === 0n ? undefined : attributes.tryRead(address)?.nice;
    return nice === undefined
      ? { nice: null, cpus: null }
      : { nice, cpus: maskOf(this.#kernel, address, cpus) };
  }

  *#workersOf(pool: VirtualAddress, head: VirtualAddress, name: string): Generator<Worker> {
    const { notes, workers, budget } = this.#sources;
    const container = `the workers of ${name}`;
    for (const node of listNodes(this.#kernel, head, notes, {
      limit: budget.left,
      name: container,
    })) {
      budget.left--;
      const at = containerOf(this.#kernel, 'worker', 'node', node);
      const found = workers.read(at);
      if (found === undefined) {
        notes.add({ container, at, because: 'the worker cannot be read' });
        continue;
      }
      if (found.pool !== pool) {
        notes.add({ container, at, because: 'the worker there names another pool as its own' });
      }
      yield found.worker;
    }
  }

  /** A second view of the workers that have a work: the hash table in which the pool finds them. */
  #compareBusy(table: VirtualAddress, workers: readonly Worker[], name: string): void {
    const { notes, budget } = this.#sources;
    const before = notes.all.length + notes.omitted;
    const hashed = new Set<VirtualAddress>();
    const word = this.#kernel.memory.wordSizeInBits / 8;
    for (let bucket = 0; bucket < this.#buckets; bucket++) {
      const options = { limit: Math.max(0, budget.left), name: `busy_hash of ${name}` };
      const head = table + BigInt(bucket * word);
      for (const node of hlistNodes(this.#kernel, head, notes, options)) {
        hashed.add(containerOf(this.#kernel, 'worker', 'hentry', node));
      }
    }
    if (notes.all.length + notes.omitted > before) {
      return;
    }
    const busy = new Set(workers.filter(({ work }) => work !== null).map(({ address: at }) => at));
    for (const at of new Set([...hashed, ...busy])) {
      if (!hashed.has(at) || !busy.has(at)) {
        const because = busy.has(at)
          ? 'the busy worker there is not in busy_hash'
          : 'the worker there is in busy_hash, and not among the busy workers of the pool';
        notes.add({ container: name, at, because });
      }
    }
  }
}

function maskOf(
  kernel: Kernel,
  address: VirtualAddress,
  at: ReturnType<typeof maskMember>,
): readonly number[] | null {
  const mask = at === undefined ? undefined : tryRead(() => at(address));
  return mask === undefined ? null : cpusIn(kernel, mask);
}

function readersOf(kernel: Kernel) {
  const pool = knownReader(kernel, 'worker_pool', {
    cpu: number('cpu'),
    node: number('node'),
    id: number('id'),
    flags: number('flags'),
    // Renamed between Linux 6.12 and 7.3.
    lastProgress: pointer('last_progress_ts', 'watchdog_ts'),
    pending: place('worklist'),
    workerCount: number('nr_workers'),
    idleCount: number('nr_idle'),
    busy: place('busy_hash'),
    workers: place('workers'),
    attributes: pointer('attrs'),
  });
  const attributes = knownReader(kernel, 'workqueue_attrs', { nice: number('nice') });
  return pool === undefined || attributes === undefined
    ? undefined
    : { pool, attributes, cpus: maskMember(kernel, 'workqueue_attrs', 'cpumask') };
}
