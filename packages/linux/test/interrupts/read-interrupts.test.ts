import { x8664 } from '@vmcorekit/architectures';
import { resultOf } from '@vmcorekit/core';
import { btfTypes, type Interrupts, readInterrupts } from '@vmcorekit/linux';
import { cBtf, FieldKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

/** The members that count, as Linux 5.10 has them; `counter` is what one counts in. */
function typesWith(counter: string) {
  return btfTypes(
    cBtf({
      xarray: ['u32 xa_lock', 'u32 xa_flags', 'void *xa_head'],
      xa_node: [
        ...['u8 shift', 'u8 offset', 'u8 count', 'u8 nr_values', 'void *parent', 'void *array'],
        ...['void *private_list[2]', 'void *slots[64]'],
      ],
      irq_common_data: ['u32 state', 'void *affinity', 'void *effective_affinity'],
      irq_data: ['u32 mask', 'u32 irq', 'u64 hwirq', 'void *common', 'void *chip'],
      irq_chip: ['void *parent_device', 'void *name'],
      irqstat: counter === 'irqstat' ? ['u32 other', 'u32 cnt'] : ['u32 nothing'],
      irq_desc: [
        ...['struct irq_common_data irq_common_data', 'struct irq_data irq_data'],
        ...['void *kstat_irqs', 'void *action', 'u32 depth', 'void *name'],
        'u32 status_use_accessors',
      ],
      irqaction: [
        ...['void *handler', 'void *dev_id', 'void *next', 'void *thread_fn', 'u32 irq'],
        'void *name',
      ],
      kernel_stat: ['u64 irqs_sum', 'u32 softirqs[10]'],
    }),
    { wordSizeInBits: 64 },
  );
}

/** Two CPUs; interrupt 1 with two handlers, and interrupt 3 with none. */
function build(counter: 'u32' | 'irqstat' = 'u32') {
  const place = new FieldKernel(x8664, typesWith(counter));
  const array = place.make('xarray');
  const node = place.make('xa_node', { array });
  place.set(array, 'xarray', { xa_head: node | 2n });
  const affinity = place.take(8);
  place.put(affinity, 0b11n);
  const chip = place.make('irq_chip', { name: place.text('IO-APIC') });
  const actions = ['i8042', 'second'].map((name) =>
    place.make('irqaction', {
      irq: 1,
      name: place.text(name),
      handler: place.code(`${name}_interrupt`),
    }),
  );
  const [first = 0n, second = 0n] = actions;
  place.set(first, 'irqaction', { next: second, thread_fn: place.code('i8042_thread') });
  const counters = place.takePerCpu(8);
  const at = counter === 'u32' ? counters : counters + 4n;
  for (const cpu of place.cpus) {
    place.integer((place.areas[cpu] ?? 0n) + at, BigInt(10 + cpu), 4);
  }
  const one = place.make('irq_desc', {
    'irq_data.irq': 1,
    'irq_data.hwirq': 17n,
    'irq_data.chip': chip,
    'irq_common_data.affinity': affinity,
    kstat_irqs: counters,
    action: first,
    name: place.text('edge'),
  });
  const three = place.make('irq_desc', { 'irq_data.irq': 3, depth: 1 });
  place.put(place.at(node, 'xa_node', 'slots') + 8n, one);
  place.put(place.at(node, 'xa_node', 'slots') + 24n, three);
  place.symbols.irq_desc_tree = array;
  return { place, one, three, first, second, node };
}

function read({ place }: ReturnType<typeof build>): Interrupts {
  const found = resultOf(readInterrupts(place.kernel()));
  if (typeof found === 'string') {
    throw new Error(found);
  }
  return found;
}

describe('the interrupts of a kernel', () => {
  for (const counter of ['u32', 'irqstat'] as const) {
    it(`have handlers, a controller, and what each CPU counts in ${counter}`, () => {
      const built = build(counter);
      const { cpus, interrupts, softInterrupts, remarks } = read(built);
      expect([cpus, remarks, softInterrupts]).to.deep.equal([[0, 1], [], null]);
      const [one, three] = interrupts;
      expect(one).to.deep.include({
        number: 1,
        address: built.one,
        chip: 'IO-APIC',
        hardwareNumber: 17n,
        flow: 'edge',
        counts: [10, 11],
        affinity: [0, 1],
        effectiveAffinity: null,
      });
      expect(
        one?.handlers.map(({ name, handler, threadFunction }) => [
          name,
          handler?.name,
          threadFunction?.name,
        ]),
      ).to.deep.equal([
        ['i8042', 'i8042_interrupt', 'i8042_thread'],
        ['second', 'second_interrupt', undefined],
      ]);
      expect(three).to.deep.include({ number: 3, handlers: [], chip: undefined, depth: 1 });
    });
  }

  it('below a controller have no handlers, and those between CPUs are hidden', () => {
    const built = build();
    built.place.symbols.chained_action = built.first;
    built.place.set(built.three, 'irq_desc', { status_use_accessors: 1 << 20 });
    const { interrupts, remarks } = read(built);
    expect(interrupts.map(({ handlers, isHidden }) => [handlers.length, isHidden])).to.deep.equal([
      [0, false],
      [0, true],
    ]);
    expect(remarks).to.deep.equal([]);
  });

  it('have soft interrupts under the names that the kernel has for them', () => {
    const built = build();
    const { place } = built;
    const [kstat, names, functions] = [place.takePerCpu(48), place.take(80), place.take(80)];
    Object.assign(place.symbols, {
      kstat,
      softirq_to_name: names,
      softirq_vec: functions,
    });
    place.put(names, place.text('HI'), place.text('TIMER'));
    place.put(functions + 8n, place.code('run_timer_softirq'));
    place.integer((place.areas[1] ?? 0n) + kstat + 12n, 7n, 4);
    const { softInterrupts } = read(built);
    expect(softInterrupts?.length).to.equal(10);
    expect(softInterrupts?.[1]?.handler?.name).to.equal('run_timer_softirq');
    expect(softInterrupts?.slice(0, 2).map(({ name, counts }) => [name, counts])).to.deep.equal([
      ['HI', [0, 0]],
      ['TIMER', [0, 7]],
    ]);
  });

  it('end where handlers lead in a circle, or into those of another interrupt', () => {
    const circle = build();
    circle.place.set(circle.second, 'irqaction', { next: circle.first });
    const [one] = read(circle).interrupts;
    expect(one?.handlers.length).to.equal(2);
    expect(read(circle).remarks[0]).to.include('the handlers come again');
    const other = build();
    other.place.set(other.second, 'irqaction', { irq: 9 });
    expect(read(other).interrupts[0]?.handlers.length).to.equal(1);
    expect(read(other).remarks[0]).to.include('the handler there is of interrupt 9');
  });

  it('have no handler of their own where they are chained', () => {
    // On arm64: 'the handler there is of interrupt 0; which follow is unknown'.
    const built = build();
    built.place.set(built.first, 'irqaction', { irq: 0 });
    built.place.symbols.chained_action = built.first;
    expect(read(built).interrupts[0]?.handlers).to.deep.equal([]);
    expect(read(built).remarks.join(' ')).not.to.include('the handler there');
  });

  it('leave out a descriptor that says it is another, and say so', () => {
    const built = build();
    built.place.put(built.place.at(built.node, 'xa_node', 'slots') + 40n, built.one);
    const { interrupts, remarks } = read(built);
    expect(interrupts.map(({ number }) => number)).to.deep.equal([1, 3]);
    expect(remarks[0]).to.match(/^interrupt 5: .*the descriptor there is of interrupt 1$/);
  });

  it('are not found without types or symbols, and the reason says what would help', () => {
    const { place } = build();
    const none = { ...place.types, from: 'nothing', struct: () => undefined };
    expect(resultOf(readInterrupts(place.kernel({ types: none })))).to.match(
      /do not describe struct irq_desc .*--symbols$/,
    );
    delete place.symbols.irq_desc_tree;
    expect(resultOf(readInterrupts(place.kernel()))).to.equal(
      'the symbols (the test) do not name sparse_irqs or irq_desc_tree',
    );
  });

  it('end and throw nothing wherever memory is damaged', () => {
    const property = fc.property(
      fc.array(fc.tuple(fc.nat(), fc.bigInt(0n, 2n ** 64n - 1n)), { maxLength: 12 }),
      fc.nat(),
      (writes, lost) => {
        const built = build();
        const { place, one } = built;
        const span = BigInt(place.usedInBytes) - (one % 0x400000n) + 4096n;
        for (const [where, word] of writes) {
          place.put(one - 4096n + ((BigInt(where) * 8n) % span), word);
        }
        place.lose(one - 4096n + (BigInt(lost) % span));
        const found = resultOf(readInterrupts(place.kernel()));
        expect(typeof found === 'string' || found.interrupts.length <= 64).to.equal(true);
      },
    );
    fc.assert(property, { numRuns: 60 });
  });
});
