import type { Kernel, Progress, VirtualAddress } from '@vmcorekit/core';
import { idrEntries } from '../containers/idr.ts';
import { WalkNotes } from '../containers/walk.ts';
import { withoutTypes } from '../reading/without-types.ts';
import { readTasks } from '../tasks/read-tasks.ts';
import { delayedWorks } from './delayed-works.ts';
import { PoolReader } from './pool-reader.ts';
import { type ListedQueue, listedQueues, queueReader } from './queue-reader.ts';
import { secondsSinceOf } from './work-clock.ts';
import { WorkReader } from './work-reader.ts';
import { WorkerReader } from './worker-reader.ts';
import { taskFinder, workerContradictions } from './worker-tasks.ts';
import type { WorkerPool, Workqueue, Workqueues } from './workqueue.ts';

/** Far more than any machine has; a dump that has more ends the walk. */
const limits = { queues: 2 ** 16, pools: 2 ** 16, workers: 2 ** 18, works: 2 ** 20 };
const partsPerStep = 64;

/**
 * Reads the workqueues of a kernel, the pools of workers, and the works that run or wait. A
 * sentence where its symbols or types do not lead to them. Source: Linux 3.17 and later,
 * kernel/workqueue.c.
 */
export function* readWorkqueues(kernel: Kernel): Generator<Progress, Workqueues | string, void> {
  const heads = headsOf(kernel);
  if (typeof heads === 'string') {
    return heads;
  }
  const notes = new WalkNotes();
  const listed = listedQueues(kernel, heads.queues, notes, limits.queues);
  const list = yield* readTasks(kernel);
  const tasks = typeof list === 'string' ? undefined : list;
  const readers = readersOf(kernel, notes, listed ?? [], taskFinder(kernel, tasks));
  if (listed === undefined || readers === undefined) {
    return withoutTypes(kernel, 'struct workqueue_struct and struct worker_pool');
  }
  const pools: WorkerPool[] = [];
  const options = { limit: limits.pools, name: 'worker_pool_idr' };
  for (const { index, entry } of idrEntries(kernel, heads.pools, notes, options)) {
    const pool = readers.pools.read(Number(index), entry);
    if (pool !== undefined) {
      pools.push(pool);
    }
    if (pools.length % partsPerStep === 0) {
      yield { kind: 'progress', doing: 'reading worker pools', fraction: null };
    }
  }
  const poolIds = new Map(pools.map(({ address, id }) => [address, id]));
  const queueOf = queueReader(kernel, { notes, ...readers, poolIds });
  if (queueOf === undefined) {
    return withoutTypes(kernel, 'struct pool_workqueue');
  }
  const queues: Workqueue[] = [];
  for (const queue of listed) {
    queues.push(queueOf(queue));
    if (queues.length % partsPerStep === 0) {
      const fraction = queues.length / listed.length;
      yield { kind: 'progress', doing: 'reading workqueues', fraction };
    }
  }
  const delayed = yield* delayedWorks(kernel, readers.works);
  const remarks = [
    ...(typeof delayed === 'string' ? [`no delayed works: ${delayed}`] : delayed.remarks),
    ...(tasks === undefined ? [] : workerContradictions(tasks, pools, queues)),
    ...notes.remarks(),
  ];
  return { queues, pools, delayed: typeof delayed === 'string' ? null : delayed.works, remarks };
}

function headsOf({
  symbols,
}: Kernel): { readonly queues: VirtualAddress; readonly pools: VirtualAddress } | string {
  const [queues, pools] = ['workqueues', 'worker_pool_idr'].map((name) => symbols.find(name));
  return queues === undefined || pools === undefined
    ? `the symbols (${symbols.from}) do not name workqueues and worker_pool_idr`
    : { queues: queues.address, pools: pools.address };
}

function readersOf(
  kernel: Kernel,
  notes: WalkNotes,
  listed: readonly ListedQueue[],
  taskAt: ReturnType<typeof taskFinder>,
) {
  const queueNames = new Map(listed.map(({ address, name }) => [address, name]));
  const since = secondsSinceOf(kernel);
  const budget = { left: limits.works };
  const works = WorkReader.of(kernel, { notes, queueNames, taskAt, budget });
  const workers = works && WorkerReader.of(kernel, works, { queueNames, taskAt, since });
  if (works === undefined || workers === undefined) {
    return undefined;
  }
  const workerBudget = { left: limits.workers };
  const sources = { notes, works, workers, since, budget: workerBudget };
  const pools = PoolReader.of(kernel, sources);
  return pools === undefined ? undefined : { works, workers, pools };
}
