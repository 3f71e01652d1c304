import { runq } from '@vmcorekit/analyzers';
import { x8664 } from '@vmcorekit/architectures';
import { resultOf } from '@vmcorekit/core';
import { btfTypes } from '@vmcorekit/linux';
import { cBtf, FieldKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { contextOf, contextWithout, tablesOf } from './context.ts';

const types = btfTypes(
  cBtf({
    rb_node: ['u64 __rb_parent_color', 'void *rb_right', 'void *rb_left'],
    sched_entity: ['struct rb_node run_node'],
    cfs_rq: ['void *tasks_timeline', 'void *leftmost'],
    part: ['u64 unused'],
    rq: [
      ...['u32 nr_running', 'u32 cpu', 'void *curr', 'void *idle', 'u64 nr_switches', 'u64 clock'],
      ...['struct cfs_rq cfs', 'struct part rt', 'struct part dl'],
    ],
    task_struct: ['struct sched_entity se', 'u32 pid', 'u32 prio', 'char comm[16]'],
  }),
  { wordSizeInBits: 64 },
);

/** CPU 0 runs a task and another waits; CPU 1 is idle. */
function build(): FieldKernel {
  const place = new FieldKernel(x8664, types);
  const queues = place.takePerCpu(place.sizeOf('rq'));
  const [busy, waiting, idle] = ['busy', 'wait\u001bing', 'swapper/1'].map((comm, index) =>
    place.make('task_struct', { comm, pid: 10 + index, prio: 120 }),
  );
  const [first, second] = place.areas.map((area) => area + queues);
  place.set(first ?? 0n, 'rq', { nr_running: 2, curr: busy ?? 0n, clock: 5n });
  place.set(second ?? 0n, 'rq', { cpu: 1, curr: idle ?? 0n, idle: idle ?? 0n });
  place.tree(place.at(first ?? 0n, 'rq', 'cfs'), waiting ?? 0n);
  place.symbols.runqueues = queues;
  return place;
}

describe('runq', () => {
  it('shows what each CPU runs, and what waits for it', () => {
    const report = resultOf(runq.run(contextOf(build()), { cpu: null }));
    expect(
      report.data?.cpus.map(({ cpu, current, queued }) => [
        cpu,
        current?.comm,
        queued.map(({ pid, class: scheduler }) => `${pid} ${scheduler}`),
      ]),
    ).to.deep.equal([
      [0, 'busy', ['11 fair']],
      [1, 'swapper/1', []],
    ]);
    expect(report.text[0]).to.match(/^CPU 0: runqueue ffff\w+, 2 runnable, load –, clock 5 ns/);
    expect(
      tablesOf(report)[0]?.map((cells) => cells.slice(0, 5).concat(cells[6] ?? '')),
    ).to.deep.equal([
      ['', 'CPU', 'QUEUE', 'PRIO', 'PID', 'COMM'],
      ['>', '0', 'current', '120', '10', 'busy'],
      ['', '0', 'fair', '120', '11', 'wait\\x1bing'],
      ['>', '1', 'current', '120', '12', 'swapper/1'],
    ]);
    expect([...(report.rows?.rows ?? [])].length).to.equal(3);
  });

  it('shows one CPU, or says that there is none of that number', () => {
    const one = resultOf(runq.run(contextOf(build()), { cpu: 1 }));
    expect(one.data?.cpus.map(({ cpu }) => cpu)).to.deep.equal([1]);
    const none = resultOf(runq.run(contextOf(build()), { cpu: 7 }));
    // It was an answer without rows, with exit status 0.
    expect([none.data, none.text]).to.deep.equal([
      null,
      ['no answer to runq: there is no CPU 7: known are 0, 1'],
    ]);
    expect(resultOf(runq.run(contextWithout(build()), { cpu: null })).data).to.equal(null);
  });
});
