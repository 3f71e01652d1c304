import { x8664 } from '@vmcorekit/architectures';
import { resultOf } from '@vmcorekit/core';
import { btfTypes, type RunQueues, readRunQueues } from '@vmcorekit/linux';
import { cBtf, FieldKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

/** The members that count, as Linux 6.12 has them. */
const types = btfTypes(
  cBtf({
    list_head: ['void *next', 'void *prev'],
    rb_node: ['u64 __rb_parent_color', 'void *rb_right', 'void *rb_left'],
    load_weight: ['u64 weight', 'u32 inv_weight'],
    sched_entity: [
      ...['struct rb_node run_node', 'struct list_head group_node', 'u8 sched_delayed'],
      'void *my_q',
    ],
    sched_rt_entity: ['struct list_head run_list'],
    sched_dl_entity: ['struct rb_node rb_node', 'u32 dl_server'],
    cfs_rq: ['struct load_weight load', 'void *tasks_timeline', 'void *leftmost', 'void *curr'],
    rt_prio_array: ['u64 bitmap[2]', 'struct list_head queue[100]'],
    rt_rq: ['struct rt_prio_array active'],
    dl_rq: ['void *root', 'void *leftmost'],
    rq: [
      ...['u32 nr_running', 'u32 cpu', 'void *curr', 'void *idle', 'u64 nr_switches', 'u64 clock'],
      ...['struct cfs_rq cfs', 'struct rt_rq rt', 'struct dl_rq dl', 'struct list_head cfs_tasks'],
    ],
    task_struct: [
      ...['struct sched_entity se', 'struct sched_rt_entity rt', 'struct sched_dl_entity dl'],
      ...['u32 pid', 'u32 prio', 'char comm[16]'],
    ],
  }),
  { wordSizeInBits: 64 },
);

/** One CPU that runs `busy`; a fair task, one in a group, a real-time one and a deadline wait. */
function build() {
  const place = new FieldKernel(x8664, types, [0]);
  const queues = place.takePerCpu(place.sizeOf('rq'));
  const rq = (place.areas[0] ?? 0n) + queues;
  let pid = 0;
  const task = (comm: string, prio = 120) => place.make('task_struct', { comm, pid: ++pid, prio });
  const [busy, fair, grouped] = [task('busy'), task('fair'), task('grouped')];
  const [urgent, deadline] = [task('urgent', 89), task('deadline', -1)];
  const server = place.make('sched_dl_entity', { dl_server: 1 });
  const group = place.make('cfs_rq');
  const groupEntity = place.make('sched_entity', { my_q: group });
  place.set(rq, 'rq', {
    curr: busy,
    idle: task('swapper/0'),
    nr_running: 5,
    clock: 7n,
    'cfs.load.weight': 2048n,
    'cfs.curr': busy,
  });
  place.tree(
    place.at(rq, 'rq', 'cfs.tasks_timeline'),
    place.at(fair, 'task_struct', 'se.run_node'),
    groupEntity,
  );
  place.tree(group + 16n, place.at(grouped, 'task_struct', 'se.run_node'));
  place.emptyList(place.at(rq, 'rq', 'cfs_tasks'));
  place.append(
    place.at(rq, 'rq', 'cfs_tasks'),
    ...[busy, fair, grouped].map((each) => place.at(each, 'task_struct', 'se.group_node')),
  );
  const lists = place.at(rq, 'rq', 'rt.active.queue');
  for (let priority = 0; priority < 100; priority++) {
    place.emptyList(lists + BigInt(16 * priority));
  }
  place.append(lists + 16n * 89n, place.at(urgent, 'task_struct', 'rt.run_list'));
  const tree = place.at(rq, 'rq', 'dl.root');
  place.tree(tree, server, place.at(deadline, 'task_struct', 'dl.rb_node'));
  place.symbols.runqueues = queues;
  return { place, rq, busy, fair, group, groupEntity };
}

function read({ place }: ReturnType<typeof build>): RunQueues {
  const found = resultOf(readRunQueues(place.kernel()));
  if (typeof found === 'string') {
    throw new Error(found);
  }
  return found;
}

describe('the run queue of a CPU', () => {
  it('has the current task, and those that wait in each class and group', () => {
    const built = build();
    const { queues, remarks } = read(built);
    expect(remarks).to.deep.equal([]);
    const [queue] = queues;
    expect(queue).to.deep.include({ cpu: 0, running: 5, clock: 7n, load: 2048n });
    expect(queue?.current?.comm).to.equal('busy');
    expect(queue?.queued.map((task) => [task.comm, task.class, task.seenBy.join()])).to.deep.equal([
      ['deadline', 'deadline', 'tree'],
      ['urgent', 'real-time', 'tree'],
      ['fair', 'fair', 'tree,list'],
      ['grouped', 'fair', 'tree,list'],
    ]);
  });

  it('may hold a task that sleeps already, which the count of runnable ones leaves out', () => {
    const built = build();
    built.place.set(built.fair, 'task_struct', { 'se.sched_delayed': 1 });
    built.place.set(built.rq, 'rq', { nr_running: 4 });
    const { queues, remarks } = read(built);
    expect(queues[0]?.queued[2]).to.deep.include({ comm: 'fair', isDelayed: true });
    expect(remarks).to.deep.equal([]);
  });

  it('is contradicted by another count, and by a group that holds itself', () => {
    const counted = build();
    counted.place.set(counted.rq, 'rq', { nr_running: 9 });
    expect(read(counted).remarks).to.deep.equal([
      'CPU 0 counts 9 runnable tasks, and 5 were found',
    ]);
    const circle = build();
    const own = circle.place.make('sched_entity', { my_q: circle.group });
    circle.place.tree(circle.group + 16n, own);
    expect(read(circle).remarks.join()).to.include('the group comes again');
  });

  it('is not found without types, or without a symbol', () => {
    const { place } = build();
    const none = { ...types, from: 'nothing', struct: () => undefined };
    expect(resultOf(readRunQueues(place.kernel({ types: none })))).to.include('--symbols');
    delete place.symbols.runqueues;
    expect(resultOf(readRunQueues(place.kernel()))).to.equal(
      'the symbols (the test) do not name runqueues',
    );
  });

  it('ends and throws nothing wherever memory is damaged', () => {
    const property = fc.property(
      fc.array(fc.tuple(fc.nat(), fc.bigInt(0n, 2n ** 64n - 1n)), { maxLength: 12 }),
      (writes) => {
        const built = build();
        const span = built.groupEntity - built.rq + 256n;
        for (const [where, word] of writes) {
          built.place.put(built.rq + ((BigInt(where) * 8n) % span), word);
        }
        const found = resultOf(readRunQueues(built.place.kernel()));
        expect(typeof found === 'string' || found.queues.length <= 64).to.equal(true);
      },
    );
    fc.assert(property, { numRuns: 40 });
  });
});
