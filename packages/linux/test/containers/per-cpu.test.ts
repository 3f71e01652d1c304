import { perCpuAddress, perCpuOf, perCpuVariable, percpuCounterSum } from '@vmcorekit/linux';
import { symbolList } from '@vmcorekit/testing';
import { expect } from 'chai';
import { Heap, typesOf } from './heap.ts';

const types = typesOf({
  percpu_counter: { size: 40, members: { count: 8, counters: [32, 'pointer'] } },
});
const plainCounter = typesOf({ percpu_counter: { size: 8, members: { count: 0 } } });

/** Three possible CPUs, 0, 1 and 3, of which CPU 3 is not plugged in. */
function build(heapTypes: typeof types = types): Heap & { readonly areas: readonly bigint[] } {
  const place = new Heap();
  const [count, possible, present] = [place.take(8), place.take(8), place.take(8)];
  const offsets = place.take(32);
  const symbols = symbolList({
    nr_cpu_ids: count,
    __cpu_possible_mask: possible,
    __cpu_present_mask: present,
    __per_cpu_offset: offsets,
    runqueues: 0x100n,
  });
  const areas = [0, 1, 2, 3].map(() => place.take(0x1000, 0x1000));
  const heap = new Heap({ types: heapTypes, symbols });
  heap.take(place.usedInBytes);
  heap.put(count, 4n);
  heap.put(possible, 0b1011n);
  heap.put(present, 0b0011n);
  heap.put(offsets, ...areas);
  return Object.assign(heap, { areas });
}

describe('per-CPU data', () => {
  it('lies at the offset of each possible CPU', () => {
    const { kernel, areas } = build();
    expect(perCpuOf(kernel).possible.value).to.deep.equal([0, 1, 3]);
    expect(perCpuOf(kernel).present.value).to.deep.equal([0, 1]);
    expect(perCpuVariable(kernel, 'runqueues', 1)).to.equal((areas[1] ?? 0n) + 0x100n);
    expect(perCpuVariable(kernel, 'runqueues', 2)).to.equal(undefined);
    expect(perCpuVariable(kernel, 'none', 1)).to.equal(undefined);
    // Since Linux 6.15 variables have ordinary addresses, and the sum wraps.
    const wrapped = BigInt.asUintN(64, 0x20n - (areas[3] ?? 0n));
    expect(perCpuAddress(kernel, wrapped, 3)).to.equal(0x20n);
  });

  it('is summed over all possible CPUs, with signs', () => {
    const heap = build();
    const counter = heap.take(40);
    heap.put(counter, 0n, 1000n, 0n, 0n, 0x200n);
    const parts = [5n, 0xffff_fff6n, 999n, 7n];
    for (const [cpu, part] of parts.entries()) {
      heap.put((heap.areas[cpu] ?? 0n) + 0x200n, part);
    }
    expect(percpuCounterSum(heap.kernel, counter).value).to.equal(1002n);
    heap.exclude(heap.areas[3] ?? 0n);
    expect(percpuCounterSum(heap.kernel, counter)).to.deep.equal({
      value: null,
      because: 'the part of CPU 3 cannot be read',
    });
  });

  it('is not proved by a zero out of a page of zeros', () => {
    // A process had fewer resident pages where the page of a CPU's parts was zeroed.
    const heap = build();
    const counter = heap.take(40);
    const parts = 0x200n;
    heap.put(counter + 8n, 1000n);
    heap.put(counter + 32n, parts);
    expect(percpuCounterSum(heap.kernel, counter)).to.have.property('because');
    for (const area of heap.areas) {
      heap.put(area + 0x800n, 1n);
    }
    expect(percpuCounterSum(heap.kernel, counter).value).to.equal(1000n);
  });

  it('is plain data in a kernel for one CPU', () => {
    const heap = new Heap({ types: plainCounter });
    const counter = heap.take(8);
    heap.put(counter, -4n);
    expect(perCpuOf(heap.kernel).possible.value).to.deep.equal([0]);
    expect(perCpuAddress(heap.kernel, 0x55n, 0)).to.equal(0x55n);
    expect(percpuCounterSum(heap.kernel, counter).value).to.equal(-4n);
  });

  it('is unknown, with a reason, where symbols, masks or types are', () => {
    const none = perCpuOf(new Heap().kernel);
    expect(none.possible.value ?? none.offsets.value).to.equal(null);
    const heap = build();
    heap.put(heap.kernel.symbols.find('nr_cpu_ids')?.address ?? 0n, 1n << 20n);
    expect(perCpuOf(heap.kernel).possible).to.have.property('because').that.includes('nr_cpu_ids');
    const empty = build();
    empty.put(empty.kernel.symbols.find('__cpu_possible_mask')?.address ?? 0n, 0n);
    expect(perCpuOf(empty.kernel).possible).to.have.property('because').that.includes('empty');
    const untyped = new Heap();
    expect(percpuCounterSum(untyped.kernel, untyped.take(8)).value).to.equal(null);
  });
});
