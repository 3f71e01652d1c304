import { timer } from '@vmcorekit/analyzers';
import { x8664 } from '@vmcorekit/architectures';
import { resultOf } from '@vmcorekit/core';
import { btfTypes } from '@vmcorekit/linux';
import { cBtf, FieldKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { contextOf, contextWithout, tablesOf } from './context.ts';

const types = btfTypes(
  cBtf({
    rb_node: ['u64 __rb_parent_color', 'void *rb_right', 'void *rb_left'],
    hlist_node: ['void *next', 'void *pprev'],
    timer_list: ['struct hlist_node entry', 'u64 expires', 'void *function', 'u32 flags'],
    timer_base: ['u64 clk', 'u32 cpu', 'void *vectors[64]'],
    timerqueue_node: ['struct rb_node node', 's64 expires'],
    hrtimer: ['struct timerqueue_node node', 's64 _softexpires', 'void *function', 'void *base'],
    queue_head: ['void *root', 'void *first'],
    hrtimer_clock_base: ['u32 index', 'u32 clockid', 'struct queue_head active', 's64 offset'],
    hrtimer_cpu_base: ['u32 cpu', 'struct hrtimer_clock_base clock_base[8]'],
  }),
  { wordSizeInBits: 64 },
);

/** A timer on CPU 0, and an hrtimer on CPU 1 that waits for the end of time. */
function build(): FieldKernel {
  const place = new FieldKernel(x8664, types);
  const [wheels, bases, jiffies] = [
    place.takePerCpu(place.sizeOf('timer_base')),
    place.takePerCpu(place.sizeOf('hrtimer_cpu_base')),
    place.take(8),
  ];
  place.put(jiffies, 1000n);
  const areaOf = (cpu: number) => place.areas[cpu] ?? 0n;
  const queue = (cpu: number, index: number) =>
    place.at(areaOf(cpu) + bases, 'hrtimer_cpu_base', 'clock_base') +
    BigInt(index * place.sizeOf('hrtimer_clock_base'));
  for (const cpu of place.cpus) {
    place.set(areaOf(cpu) + wheels, 'timer_base', { cpu });
    place.set(areaOf(cpu) + bases, 'hrtimer_cpu_base', { cpu });
    for (let index = 0; index < 8; index++) {
      place.set(queue(cpu, index), 'hrtimer_clock_base', {
        index,
        clockid: index % 4 === 0 ? 1 : 9,
      });
    }
  }
  const late = place.make('timer_list', { expires: 990n, function: place.code('late') });
  place.hang(place.at(areaOf(0) + wheels, 'timer_base', 'vectors'), late);
  const end = 2n ** 63n - 1n;
  const precise = place.make('hrtimer', {
    'node.expires': end,
    _softexpires: end,
    function: 0xffffffff00001234n,
    base: queue(1, 5),
  });
  place.tree(place.at(queue(1, 5), 'hrtimer_clock_base', 'active'), precise);
  Object.assign(place.symbols, {
    timer_bases: wheels,
    timer_bases_end: wheels + BigInt(place.sizeOf('timer_base')),
    hrtimer_bases: bases,
    jiffies_64: jiffies,
  });
  return place;
}

const asked = { cpu: null, hrtimers: false };

describe('timer', () => {
  it('lists timers of both kinds, with the times as exact as they are', () => {
    const report = resultOf(timer.run(contextOf(build()), asked));
    const { data } = report;
    expect([data?.jiffies, data?.ticksPerSecond, data?.monotonic]).to.deep.equal([
      1000,
      null,
      null,
    ]);
    expect(data?.cpus[0]?.wheels?.[0]?.timers[0]).to.deep.include({
      expires: 990,
      inJiffies: -10,
      inSeconds: null,
    });
    expect(data?.cpus[1]?.hrtimers?.[5]?.timers[0]).to.deep.include({
      expires: '9223372036854775807',
      function: { address: '0xffffffff00001234', name: null, module: null },
    });
    const tables = tablesOf(report).map((rows) =>
      rows.map((cells) => cells.filter((_, index) => index !== 2)),
    );
    expect(tables).to.deep.equal([
      [
        ['CPU', 'QUEUE', 'IN SECONDS', 'FUNCTION'],
        ['0', 'all', '–', 'late'],
      ],
      [
        ['CPU', 'QUEUE', 'IN SECONDS', 'FUNCTION'],
        ['1', 'clock 5 (soft)', '–', '0xffffffff00001234'],
      ],
    ]);
    expect(report.remarks).to.include("the kernel's timekeeper cannot be found or read");
    expect([...(report.rows?.rows ?? [])].length).to.equal(2);
  });

  it('shows those of one CPU, or of one kind', () => {
    const one = resultOf(timer.run(contextOf(build()), { ...asked, cpu: 1 }));
    expect(one.data?.cpus.map(({ cpu }) => cpu)).to.deep.equal([1]);
    expect(tablesOf(one).length).to.equal(1);
    const precise = resultOf(timer.run(contextOf(build()), { ...asked, hrtimers: true }));
    expect(tablesOf(precise)[0]?.length).to.equal(2);
    const none = resultOf(timer.run(contextOf(build()), { ...asked, cpu: 9 }));
    expect([none.data, none.text]).to.deep.equal([
      null,
      ['no answer to timer: there is no CPU 9: known are 0, 1'],
    ]);
  });

  it('has no answer without a kernel', () => {
    const { data, text } = resultOf(timer.run(contextWithout(build()), asked));
    expect([data, text]).to.deep.equal([
      null,
      ['no answer to timer: no kernel was found in memory'],
    ]);
  });
});
