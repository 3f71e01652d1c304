import { resultOf } from '@vmcorekit/core';
import { type Areas, areaPagesOf, areasOf } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { FileWorld } from '../files/file-world.ts';
import type { FlatStructs } from '../tasks/flat-types.ts';

const structs: FlatStructs = {
  mm_struct: {
    size: 80,
    members: {
      mm_rb: [0, 'pointer'],
      map_count: [8, 4],
      total_vm: [16, 8],
      pgd: [24, 'pointer'],
      start_brk: [32, 'pointer'],
      brk: [40, 'pointer'],
      start_stack: [48, 'pointer'],
    },
  },
  vm_area_struct: {
    size: 112,
    members: {
      vm_start: [0, 'pointer'],
      vm_end: [8, 'pointer'],
      vm_rb: [16, { array: 24 }],
      vm_mm: [40, 'pointer'],
      vm_flags: [48, 8],
      vm_pgoff: [56, 8],
      vm_file: [64, 'pointer'],
      vm_ops: [72, 'pointer'],
      vm_private_data: [80, 'pointer'],
      anon_name: [88, 'pointer'],
    },
  },
  anon_vma_name: { size: 4, members: { name: [4, { array: 0 }] } },
};

interface AreaFields {
  readonly start: bigint;
  readonly end: bigint;
  readonly flags?: bigint;
  readonly file?: bigint;
  readonly givenName?: bigint;
}

class Process {
  readonly world: FileWorld = new FileWorld(structs);
  readonly mm: bigint = this.world.heap.take(80);
  readonly nodes: bigint[] = [];

  /** Each area is the right child of the one before. */
  build(areas: readonly AreaFields[], count: number = areas.length): this {
    const { heap } = this.world;
    const pages = areas.reduce((sum, { start, end }) => sum + (end - start) / 4096n, 0n);
    let parent = 0n;
    for (const { start, end, flags = 0n, file = 0n, givenName = 0n } of areas) {
      const at = heap.take(112);
      heap.put(at, start, end, parent, 0n, 0n, this.mm, flags, 3n, file, 0n, 0n, givenName);
      heap.put(parent === 0n ? this.mm : parent + 8n, at + 16n);
      parent = at + 16n;
      this.nodes.push(at);
    }
    heap.put(this.mm + 8n, BigInt(count), pages, 0n, 0x9000n, 0xb000n, 0x7fff_f000n);
    return this;
  }

  read(): Areas {
    const found = resultOf(areasOf(this.world.kernel, this.mm));
    if (typeof found === 'string') {
      throw new Error(found);
    }
    return found;
  }
}

const heap = { start: 0x9000n, end: 0xb000n };
const stack = { start: 0x7fff_0000n, end: 0x8000_0000n };

describe('areasOf', () => {
  it('reads areas with their files and names', () => {
    const process = new Process();
    const { world } = process;
    const name = world.heap.take(16);
    world.heap.bytes(name + 4n, new TextEncoder().encode('pool\0'));
    const file = world.file(world.dentry('libc.so', world.root), { number: 5n });
    process.build([
      { start: 0x1000n, end: 0x3000n, flags: 5n, file },
      heap,
      { start: 0x10000n, end: 0x11000n },
      { start: 0x20000n, end: 0x21000n, givenName: name },
      stack,
    ]);
    const { areas, remarks } = process.read();
    expect(
      areas.map(({ start, file: of, name: called }) => [start, of?.path?.path, called]),
    ).to.deep.equal([
      [0x1000n, '/libc.so', null],
      [0x9000n, undefined, '[heap]'],
      [0x10000n, undefined, null],
      [0x20000n, undefined, '[anon:pool]'],
      [0x7fff_0000n, undefined, '[stack]'],
    ]);
    expect(areas[0]?.file).to.include({ inodeNumber: 5n, device: '8:1' });
    expect(areas[0]?.pageOffset).to.equal(3n);
    expect(remarks).to.deep.equal([]);
  });

  it('says where the kernel counts other areas or pages', () => {
    const process = new Process().build([heap, stack], 3);
    process.world.heap.put(process.mm + 16n, 7n);
    expect(process.read().remarks).to.deep.equal([
      'the kernel counts 3 areas, and 2 were found',
      'the kernel counts 7 pages, and the areas have 18',
    ]);
  });

  it('leaves out areas of another process, and those that run backwards or overlap', () => {
    const wrong = [heap, { start: 0xa000n, end: 0xc000n }, { start: 0xf000n, end: 0xe000n }, stack];
    const process = new Process().build(wrong);
    process.world.heap.put((process.nodes[0] ?? 0n) + 40n, 0x1234n);
    const { areas, remarks } = process.read();
    expect(areas.map(({ start }) => start)).to.deep.equal([0xa000n, 0x7fff_0000n]);
    expect(remarks.slice(0, 2).join()).to.match(/belongs to the mm_struct 0x1234.*has the range/);
  });

  it('says that the address space is lost, and that its types are', () => {
    expect(resultOf(areasOf(new Process().world.kernel, 8n))).to.match(/0x8 cannot be read/);
    expect(resultOf(areasOf(new FileWorld().kernel, 8n))).to.match(/do not describe/);
  });

  it('ends on any bytes among the areas', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(600), (bytes, place) => {
        const process = new Process().build([heap, { start: 0x10000n, end: 0x11000n }, stack]);
        process.world.heap.bytes(process.mm + BigInt(place), bytes);
        const { areas } = process.read();
        expect(areas.length).to.be.at.most(3);
      }),
      { numRuns: 100 },
    );
  });
});

describe('areaPagesOf', () => {
  it('counts pages that are mapped, lost, and not mapped', () => {
    const { kernel, heap: memory } = new FileWorld();
    const from = memory.take(4096 * 2, 4096);
    memory.bytes(from, new Uint8Array(4096).fill(1));
    memory.exclude(from + 4096n);
    const area = { start: from, end: from + 8192n };
    expect(resultOf(areaPagesOf(kernel, kernel.memory, area))).to.deep.equal({
      ...{ present: 2, lost: 1, swapped: 0, absent: 0, unknown: 0 },
    });
    const beyond = { start: 0x1000n, end: 0x5000n };
    expect(resultOf(areaPagesOf(kernel, kernel.memory, beyond)).absent).to.equal(4);
  });
});
