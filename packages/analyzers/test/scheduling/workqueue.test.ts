import { workqueue } from '@vmcorekit/analyzers';
import { x8664 } from '@vmcorekit/architectures';
import { resultOf } from '@vmcorekit/core';
import { btfTypes } from '@vmcorekit/linux';
import { cBtf, FieldKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { contextOf, contextWithout, tablesOf } from './context.ts';

const types = btfTypes(
  cBtf({
    list_head: ['void *next', 'void *prev'],
    hlist_node: ['void *next', 'void *pprev'],
    xarray: ['u32 xa_lock', 'u32 xa_flags', 'void *xa_head'],
    idr: ['struct xarray idr_rt', 'u32 idr_base'],
    xa_node: ['u8 shift', 'u8 offset', 'void *parent', 'void *array', 'void *slots[64]'],
    work_struct: ['u64 data', 'struct list_head entry', 'void *func'],
    wq_barrier: ['struct work_struct work', 'void *task'],
    worker: [
      ...['struct list_head entry', 'struct hlist_node hentry', 'void *current_work'],
      ...['void *current_func', 'void *current_pwq', 'struct list_head scheduled', 'void *task'],
      ...['void *pool', 'struct list_head node', 'u64 last_active', 'u32 flags', 's32 id'],
      ...['char desc[24]', 'void *rescue_wq'],
    ],
    worker_pool: [
      ...['s32 cpu', 's32 node', 's32 id', 'u32 flags', 'u64 watchdog_ts'],
      ...['struct list_head worklist', 's32 nr_workers', 's32 nr_idle', 'void *busy_hash[2]'],
      ...['struct list_head workers', 'void *attrs'],
    ],
    pool_workqueue: [
      ...['void *pool', 'void *wq', 's32 nr_active', 'struct list_head pwqs_node'],
      'struct list_head inactive_works',
    ],
    workqueue_attrs: ['s32 nice', 'u64 cpumask[1]'],
    workqueue_struct: [
      ...['struct list_head pwqs', 'struct list_head list', 'void *rescuer'],
      ...['s32 saved_max_active', 'void *unbound_attrs', 'char name[24]', 'u32 flags'],
    ],
  }),
  { wordSizeInBits: 64 },
);

/** A pool with a busy worker, a work that waits for it, and a barrier. */
function build(): FieldKernel {
  const place = new FieldKernel(x8664, types);
  const queues = place.take(16);
  place.emptyList(queues);
  const idr = place.make('idr');
  const node = place.make('xa_node', { array: idr });
  place.set(idr, 'idr', { 'idr_rt.xa_head': node | 2n });
  const queue = place.make('workqueue_struct', { name: 'e\u001b[31m', saved_max_active: 1 });
  place.emptyList(queue);
  place.append(queues, place.at(queue, 'workqueue_struct', 'list'));
  const attrs = place.make('workqueue_attrs', { nice: -20, cpumask: [3n] });
  const pool = place.make('worker_pool', { id: 0, cpu: -1, node: -1, attrs, nr_workers: 1 });
  place.put(place.at(node, 'xa_node', 'slots'), pool);
  const worklist = place.at(pool, 'worker_pool', 'worklist');
  place.emptyList(worklist);
  place.emptyList(place.at(pool, 'worker_pool', 'workers'));
  const worker = place.make('worker', {
    ...{ pool, id: 4, current_work: place.make('work_struct'), current_func: place.code('wb') },
    task: 0x1234n,
  });
  place.emptyList(place.at(worker, 'worker', 'scheduled'));
  place.append(place.at(pool, 'worker_pool', 'workers'), place.at(worker, 'worker', 'node'));
  place.hang(place.at(pool, 'worker_pool', 'busy_hash'), place.at(worker, 'worker', 'hentry'));
  const waiting = place.make('work_struct', { func: place.code('late') });
  const barrier = place.make('wq_barrier', { 'work.func': place.code('wq_barrier_func') });
  place.append(
    worklist,
    ...[waiting, barrier].map((work) => place.at(work, 'work_struct', 'entry')),
  );
  Object.assign(place.symbols, { workqueues: queues, worker_pool_idr: idr });
  return place;
}

const asked = { delayed: false, workers: false, pools: false, queues: false };

describe('workqueue', () => {
  it('lists works that run first, and then those that wait', () => {
    const report = resultOf(workqueue.run(contextOf(build()), asked));
    expect(report.text[0]).to.equal('1 workqueue, 1 pool, 1 worker (1 busy), 2 pending works');
    const tables = tablesOf(report).map((rows) =>
      rows.map((cells) => cells.filter((_, index) => index !== 5)),
    );
    expect(tables).to.deep.equal([
      [
        ['STATE', 'POOL', 'CPU', 'PID', 'SECONDS', 'WORKQUEUE', 'FUNCTION'],
        ['running', '0', '-', '-', '–', '–', 'wb'],
        ['pending', '0', '-', '-', '–', '–', 'late'],
        ['pending', '0', '-', '-', '–', '–', 'wq_barrier_func, for an unknown task'],
      ],
    ]);
    expect([...(report.rows?.rows ?? [])].length).to.equal(3);
    expect(report.data?.delayed).to.equal(null);
    expect(report.data?.pools[0]?.pending[1]?.waiter).to.equal(null);
  });

  it('shows workers, pools and workqueues, and the first table as rows', () => {
    const all = { ...asked, workers: true, pools: true, queues: true };
    const report = resultOf(workqueue.run(contextOf(build()), all));
    const rows = tablesOf(report).map(([, row]) => row);
    expect(rows[0]).to.deep.equal(['0', '-', '-', 'busy', '-', 'wb']);
    expect(rows[1]).to.deep.equal(['0', '0-1', 'unbound', '-', '-20', '1', '0', '2', '–']);
    expect(rows[2]?.slice(1)).to.deep.equal(['e\\x1b[31m', 'per-CPU', '1', '0', '0', '-']);
    expect([...(report.rows?.rows ?? [])][0]?.slice(0, 2)).to.deep.equal([0, 4]);
  });

  it('has no answer without a kernel', () => {
    const { data, text } = resultOf(workqueue.run(contextWithout(build()), asked));
    expect([data, text]).to.deep.equal([
      null,
      ['no answer to workqueue: no kernel was found in memory'],
    ]);
  });
});
