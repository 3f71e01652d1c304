import { irq } from '@vmcorekit/analyzers';
import { x8664 } from '@vmcorekit/architectures';
import { resultOf } from '@vmcorekit/core';
import { btfTypes } from '@vmcorekit/linux';
import { cBtf, FieldKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { contextOf, contextWithout, tablesOf } from './context.ts';

const types = btfTypes(
  cBtf({
    xarray: ['u32 xa_lock', 'u32 xa_flags', 'void *xa_head'],
    xa_node: ['u8 shift', 'u8 offset', 'void *parent', 'void *array', 'void *slots[64]'],
    irq_common_data: ['void *affinity', 'void *effective_affinity'],
    irq_data: ['u32 irq', 'u64 hwirq', 'void *chip'],
    irq_chip: ['void *name'],
    irq_desc: [
      ...['struct irq_common_data irq_common_data', 'struct irq_data irq_data'],
      ...['void *kstat_irqs', 'void *action', 'u32 depth', 'void *name'],
    ],
    irqaction: ['void *handler', 'void *next', 'void *thread_fn', 'u32 irq', 'void *name'],
    kernel_stat: ['u64 irqs_sum', 'u32 softirqs[2]'],
  }),
  { wordSizeInBits: 64 },
);

/** Interrupt 0 has a handler with a name that a terminal must not get; interrupt 1 has none. */
function build(): FieldKernel {
  const place = new FieldKernel(x8664, types);
  const array = place.make('xarray');
  const node = place.make('xa_node', { array });
  place.set(array, 'xarray', { xa_head: node | 2n });
  const affinity = place.take(8);
  place.put(affinity, 0b11n);
  const counters = place.takePerCpu(4);
  place.integer((place.areas[1] ?? 0n) + counters, 5n, 4);
  const names = place.take(16);
  place.put(names, place.text('HI'), place.text('TIMER'));
  Object.assign(place.symbols, {
    irq_desc_tree: array,
    kstat: place.takePerCpu(16),
    softirq_to_name: names,
  });
  const action = place.make('irqaction', {
    name: place.text('ti\u001bmer'),
    handler: place.code('timer_interrupt'),
    thread_fn: place.code('timer_thread'),
  });
  const descriptors = [
    place.make('irq_desc', {
      'irq_data.hwirq': 2n,
      'irq_data.chip': place.make('irq_chip', { name: place.text('IO-APIC') }),
      'irq_common_data.affinity': affinity,
      kstat_irqs: counters,
      action,
      name: place.text('edge'),
    }),
    place.make('irq_desc', { 'irq_data.irq': 1, 'irq_data.hwirq': 2n ** 63n }),
  ];
  place.put(place.at(node, 'xa_node', 'slots'), ...descriptors);
  return place;
}

const asked = { counts: false, affinity: false, soft: false, all: false };

describe('irq', () => {
  it('lists the interrupts that have a handler', () => {
    const report = resultOf(irq.run(contextOf(build()), asked));
    expect(report.data?.interrupts.length).to.equal(1);
    expect(report.data?.interrupts[0]).to.deep.include({
      number: 0,
      name: 'ti\u001bmer',
      chip: 'IO-APIC',
      hardwareNumber: 2,
      counts: [0, 5],
      count: 5,
    });
    const [table] = tablesOf(report);
    expect(table?.[1]?.filter((_, index) => index !== 1)).to.deep.equal([
      ...['0', 'IO-APIC', '2-edge', '5', 'ti\\x1bmer'],
      'timer_interrupt, thread: timer_thread',
    ]);
    expect(report.text.at(-1)).to.equal('1 more interrupt without a handler');
  });

  it('shows counts and affinity by CPU, and soft interrupts', () => {
    const report = resultOf(
      irq.run(contextOf(build()), { counts: true, affinity: true, soft: false, all: false }),
    );
    expect(tablesOf(report)).to.deep.equal([
      [
        ['IRQ', 'CPU0', 'CPU1', 'CHIP', 'HWIRQ', 'NAME'],
        ['0', '0', '5', 'IO-APIC', '2-edge', 'ti\\x1bmer'],
      ],
      [
        ['SOFTIRQ', 'CPU0', 'CPU1', 'FUNCTION'],
        ['HI', '0', '0', '-'],
        ['TIMER', '0', '0', '-'],
      ],
      [
        ['IRQ', 'AFFINITY', 'EFFECTIVE', 'NAME'],
        ['0', '0-1', '–', 'ti\\x1bmer'],
      ],
    ]);
  });

  it('shows those without a handler if asked, with numbers beyond 2^53 as text', () => {
    const { data, rows } = resultOf(irq.run(contextOf(build()), { ...asked, all: true }));
    expect(data?.interrupts[1]).to.deep.include({
      number: 1,
      name: null,
      hardwareNumber: '9223372036854775808',
      handlers: [],
    });
    expect([...(rows?.rows ?? [])].length).to.equal(2);
  });

  it('has no answer without a kernel, and without types', () => {
    const place = build();
    const without = resultOf(irq.run(contextWithout(place), asked));
    expect([without.data, without.text]).to.deep.equal([
      null,
      ['no answer to irq: no kernel was found in memory'],
    ]);
    const none = { ...types, from: 'nothing', remarks: [], struct: () => undefined };
    const untyped = resultOf(irq.run(contextOf(place, { types: none }), asked));
    expect(untyped.data).to.equal(null);
    expect(untyped.text[0]).to.include('give a vmlinux or vmlinuz of');
  });
});
