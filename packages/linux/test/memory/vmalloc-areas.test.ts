import { x8664 } from '@vmcorekit/architectures';
import { type VmallocArea, vmallocAreas, WalkNotes } from '@vmcorekit/linux';
import { memoryDump, symbolList, testKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { Heap } from '../containers/heap.ts';
import { flatTypes } from '../tasks/flat-types.ts';

const types = flatTypes({
  vmap_area: {
    size: 40,
    members: {
      va_start: [0, 8],
      va_end: [8, 8],
      list: [16, { array: 16 }],
      vm: [32, 'pointer'],
    },
  },
  vm_struct: {
    size: 32,
    members: { flags: [0, 8], nr_pages: [8, 4], phys_addr: [16, 8], caller: [24, 'pointer'] },
  },
  list_head: { size: 16, members: { next: [0, 'pointer'], prev: [8, 'pointer'] } },
});
const VM_IOREMAP = 1n;
const VM_ALLOC = 2n;

/** The areas of a kernel that lists those. */
function areasOf(
  listed: readonly { readonly flags: bigint; readonly physical: bigint }[],
): VmallocArea[] {
  const heap = new Heap({ types });
  const head = heap.take(16);
  const areas = listed.map(() => heap.take(40));
  const ring = [head, ...areas.map((area) => area + 16n)];
  for (const [index, node] of ring.entries()) {
    heap.put(node, ring[(index + 1) % ring.length] ?? 0n, ring.at(index - 1) ?? 0n);
  }
  for (const [index, { flags, physical }] of listed.entries()) {
    const vm = heap.take(32);
    heap.put(vm, flags, 3n, physical, 0n);
    const start = 0xffffc90000000000n + BigInt(index) * 0x10000n;
    heap.put(areas[index] ?? 0n, start, start + 0x4000n);
    heap.put((areas[index] ?? 0n) + 32n, vm);
  }
  const kernel = testKernel({
    dump: memoryDump({ memory: heap.memory, architecture: x8664 }),
    memory: heap.kernel.memory,
    types,
    symbols: symbolList({ vmap_area_list: head }),
  });
  return [...vmallocAreas(kernel, new WalkNotes())];
}

describe('the areas of vmalloc memory', () => {
  it('are listed with their pages and flags', () => {
    expect(areasOf([{ flags: VM_ALLOC, physical: 0n }])).to.have.length(1);
    expect(areasOf([{ flags: VM_ALLOC, physical: 0n }])[0]).to.deep.include({
      start: 0xffffc90000000000n,
      end: 0xffffc90000004000n,
      flags: VM_ALLOC,
      pageCount: 3n,
      physicalAddress: null,
      caller: null,
    });
  });

  it('have a physical address where they map a device', () => {
    // One flipped bit in `phys_addr` of common memory was shown as the address of a device.
    const areas = areasOf([
      { flags: VM_IOREMAP, physical: 0xfed00000n },
      { flags: VM_ALLOC, physical: 0x2000n },
    ]);
    expect(areas.map(({ physicalAddress }) => physicalAddress)).to.deep.equal([0xfed00000n, null]);
  });
});
