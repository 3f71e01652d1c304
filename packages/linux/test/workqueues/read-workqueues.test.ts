import { resultOf } from '@vmcorekit/core';
import { readWorkqueues, type Work, type Workqueues } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Form, WorkqueueKernel } from './workqueue-kernel.ts';

function read({ place }: WorkqueueKernel): Workqueues {
  const found = resultOf(readWorkqueues(place.kernel()));
  if (typeof found === 'string') {
    throw new Error(found);
  }
  return found;
}

/** The remarks on workqueues, without addresses; the test's kernel has no clock and no pids. */
function remarksOn(found: Workqueues): string[] {
  return found.remarks
    .filter((remark) => !/timekeeper|hrtimer|pid_ns|nr_threads/.test(remark))
    .map((remark) => remark.replaceAll(/ at 0x\w+,?/g, ''));
}

const nameOf = ({ function: code, queue }: Work) => [code?.name, queue?.name];

/** A busy and an idle worker, and one work of each kind that waits. */
function build(form: Form = 'modern') {
  const built = new WorkqueueKernel(form);
  const { place } = built;
  const [events, writeback] = [built.queue('events'), built.queue('writeback', { flags: 0x2000a })];
  const pool = built.pool(0, 0, { nr_workers: 2, nr_idle: 1 });
  const unbound = built.pool(5, -1);
  const [joined, joinedUnbound] = [built.join(events, pool, 2), built.join(writeback, unbound)];
  const busy = built.worker(pool, 'kworker/0:1', { id: 1, desc: 'events' });
  const idle = built.worker(pool, 'kworker/0:2', { id: 2, flags: 4 });
  const running = built.run(busy, joined, 'vmstat_update');
  const scheduled = built.work('next_work', joined);
  built.wait(place.at(busy, 'worker', 'scheduled'), scheduled);
  const pending = built.work('pending_work', joined);
  built.wait(place.at(pool, 'worker_pool', 'worklist'), pending);
  const inactive = built.work('wb_workfn', joinedUnbound);
  built.wait(place.at(joinedUnbound, 'pool_workqueue', built.inactive), inactive);
  return { built, place, events, writeback, pool, joined, busy, idle, running, pending };
}

describe('the workqueues of a kernel', () => {
  for (const form of ['old', 'modern'] as const) {
    it(`have pools with busy and idle workers, in a kernel of ${form} form`, () => {
      const { built, running, busy } = build(form);
      const found = read(built);
      expect(remarksOn(found)).to.deep.equal([]);
      const [pool] = found.pools;
      expect(pool).to.deep.include({ id: 0, cpu: 0, node: null, nice: -20, cpus: [0, 1] });
      expect(pool).to.deep.include({ workerCount: 2, idleCount: 1, isSoft: false });
      expect(
        pool?.workers.map(({ id, state, task }) => [id, state, task?.pid, task?.name]),
      ).to.deep.equal([
        [1, 'busy', 2, 'kworker/0:1+events'],
        [2, 'idle', 3, 'kworker/0:2'],
      ]);
      const [worker] = pool?.workers ?? [];
      expect([worker?.address, worker?.work?.address]).to.deep.equal([busy, running]);
      expect(worker?.work && nameOf(worker.work)).to.deep.equal(['vmstat_update', 'events']);
    });

    it(`have works that wait, in a kernel of ${form} form`, () => {
      const { built } = build(form);
      const { pools, queues } = read(built);
      expect(pools[0]?.workers[0]?.scheduled.map(nameOf)).to.deep.equal([['next_work', 'events']]);
      expect(pools[0]?.pending.map(nameOf)).to.deep.equal([['pending_work', 'events']]);
      expect(queues[1]?.pools[0]).to.deep.include({ pool: 5 });
      expect(queues[1]?.pools[0]?.inactive.map(nameOf)).to.deep.equal([['wb_workfn', 'writeback']]);
    });

    it(`have names, kinds and flags, in a kernel of ${form} form`, () => {
      const { built } = build(form);
      built.queue('strange', { flags: 0x40000000 });
      expect(
        read(built).queues.map(({ name, kind, flags, maxActive }) => [
          name,
          kind,
          flags,
          maxActive,
        ]),
      ).to.deep.equal([
        ['events', 'per-CPU', [], 256],
        ['writeback', 'unbound', ['unbound', 'mem_reclaim', 'ordered'], 256],
        ['strange', 'per-CPU', ['0x40000000'], 256],
      ]);
    });
  }

  it('have delayed works, each with the CPU that it was queued for', () => {
    const { built, events } = build();
    const delayed = built.delay(1, 'psi_avgs_work', events, 1);
    built.delay(0, 'cec_work_fn', events, 8192);
    const found = read(built).delayed ?? [];
    expect(found.map((each) => [...nameOf(each), each.cpu, each.inJiffies])).to.deep.equal([
      ['cec_work_fn', 'events', null, 250n],
      ['psi_avgs_work', 'events', 1, 250n],
    ]);
    expect(found[1]?.address).to.equal(delayed);
  });

  it('have rescuers, which are idle until they help a pool', () => {
    const { built, place, writeback } = build();
    const rescuer = built.worker(0n, 'kworker/R-write', { rescue_wq: writeback, flags: 8 });
    place.set(writeback, 'workqueue_struct', { rescuer });
    const found = read(built);
    expect(remarksOn(found)).to.deep.equal([]);
    expect(found.queues[1]?.rescuer).to.deep.include({ state: 'idle', rescues: 'writeback' });
  });

  it('have workers without a task where works run in soft interrupts', () => {
    const built = new WorkqueueKernel();
    const pool = built.pool(1, 1, { flags: 1 });
    built.worker(pool, '', { flags: 4 });
    const [found] = read(built).pools;
    expect([found?.isSoft, found?.workers[0]?.task]).to.deep.equal([true, undefined]);
  });

  it('have barriers, each with the task that waits in a flush', () => {
    const { built, place, joined, pool } = build();
    const task = built.listedTask('kworker/1:0');
    const barrier = place.make('wq_barrier', {
      'work.data': joined | 5n,
      'work.func': place.code('wq_barrier_func'),
      task,
    });
    built.wait(place.at(pool, 'worker_pool', 'worklist'), barrier);
    expect(read(built).pools[0]?.pending.map(({ waiter }) => waiter?.pid)).to.deep.equal([
      undefined,
      4,
    ]);
  });

  it('leave out the mark that a rescuer hangs among the works', () => {
    const { built, place, joined, pool } = build();
    built.wait(place.at(pool, 'worker_pool', 'worklist'), built.work('mayday_cursor_func', joined));
    expect(read(built).pools[0]?.pending.length).to.equal(1);
  });

  it('are none of a work whose word leads to no known workqueue', () => {
    const { built, place, pending } = build();
    place.set(pending, 'work_struct', { data: 0x1234_5605n });
    expect(read(built).pools[0]?.pending.map(nameOf)).to.deep.equal([['pending_work', undefined]]);
    place.set(pending, 'work_struct', { data: 0x60n });
    expect(read(built).pools[0]?.pending[0]?.queue).to.equal(null);
  });

  it('show a worker that the hash of busy workers does not have', () => {
    const { built, place, pool } = build();
    place.put(place.at(pool, 'worker_pool', 'busy_hash') + 24n, 0n);
    expect(remarksOn(read(built))).to.deep.equal([
      'worker pool 0: the busy worker there is not in busy_hash',
    ]);
  });

  it('show a worker whose task is hidden, and a task that only says it is one', () => {
    const { built, place, idle, pool } = build();
    place.set(idle, 'worker', { task: place.make('task_struct', { comm: 'ghost' }) });
    place.put(place.at(pool, 'worker_pool', 'busy_hash') + 24n, 0n);
    const remarks = remarksOn(read(built));
    expect(remarks).to.include(
      'worker 2 of worker pool 0 has a task that no view of the tasks has',
    );
    expect(remarks).to.include(
      'kworker/0:2 (pid 3) says that it is a worker, but no worker pool has it',
    );
  });

  it('show parts that name others as their own', () => {
    const { built, place, joined, pool, busy } = build();
    place.set(joined, 'pool_workqueue', { wq: 0x1234n });
    place.set(busy, 'worker', { pool: 0x5678n });
    built.pool(9, 1);
    place.set(pool, 'worker_pool', { id: 7 });
    expect(remarksOn(read(built))).to.include.members([
      'worker pool 0: the pool there is 7',
      'the pools of workqueue events: what lies there is of another workqueue',
    ]);
    place.set(pool, 'worker_pool', { id: 0 });
    expect(remarksOn(read(built))).to.include(
      'the workers of worker pool 0: the worker there names another pool as its own',
    );
  });

  it('are not read without the symbols that lead to them', () => {
    const { place } = build();
    delete place.symbols.worker_pool_idr;
    expect(resultOf(readWorkqueues(place.kernel()))).to.equal(
      'the symbols (the test) do not name workqueues and worker_pool_idr',
    );
  });

  it('end and throw nothing wherever memory is damaged', () => {
    const property = fc.property(
      fc.constantFrom('old' as const, 'modern' as const),
      fc.array(fc.tuple(fc.nat(), fc.bigInt(0n, 2n ** 64n - 1n)), { maxLength: 12 }),
      fc.nat(),
      (form, writes, lost) => {
        const { built, place, events } = build(form);
        built.delay(1, 'psi_avgs_work', events, 1);
        for (const [where, word] of writes) {
          place.put(events + ((BigInt(where) * 8n) % 0x4000n), word);
        }
        place.lose(events + (BigInt(lost) % 0x4000n));
        const found = resultOf(readWorkqueues(place.kernel()));
        expect(typeof found === 'string' || found.pools.length <= 64).to.equal(true);
      },
    );
    fc.assert(property, { numRuns: 40 });
  });
});
