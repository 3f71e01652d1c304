import { btfTypes } from '@vmcorekit/linux';
import { structsBtf } from '@vmcorekit/testing';
import { expect } from 'chai';
import { systemRamOf } from '../../dist/system/system-ram.js';
import { addressOf, kernelWith, words } from './kernel-with.ts';

const layout = {
  resource: {
    size: 64,
    members: { start: 0, end: 8, name: 16, flags: 24, parent: 40, sibling: 48, child: 56 },
  },
};
const types = btfTypes(structsBtf(layout), { from: 'BTF', wordSizeInBits: 64 });
const names = addressOf(20);
const ram = names;
const reserved = names + 0x20n;
const kmem = names + 0x40n;

/** [start, end, name, sibling, child], the last two by number from 1; 0 is none. */
type Resource = readonly [bigint, bigint, bigint, number, number];

function ramOf(resources: readonly Resource[], fields: Parameters<typeof kernelWith>[1] = {}) {
  const pointer = (index: number) => (index === 0 ? 0n : addressOf(index));
  const at = Object.fromEntries(
    resources.map(([start, end, name, sibling, child], index) => [
      `${addressOf(index + 1)}`,
      words(start, end, name, 0n, 0n, 0n, pointer(sibling), pointer(child)),
    ]),
  );
  return systemRamOf(
    kernelWith(
      { iomem_resource: words(0n, ~0n, 0n, 0n, 0n, 0n, 0n, pointer(1)) },
      {
        types,
        at: {
          ...at,
          [`${names}`]: Buffer.from(
            'System RAM\0'.padEnd(0x20, '\0') +
              'Reserved\0'.padEnd(0x20, '\0') +
              'System RAM (kmem)\0',
          ),
        },
        ...fields,
      },
    ),
  );
}

describe('systemRamOf', () => {
  it('adds up RAM wherever it is in the tree, and nothing within it twice', () => {
    const fact = ramOf([
      [0n, 0xfffn, ram, 2, 0],
      [0x1000n, 0x4fffn, reserved, 3, 4],
      [0x10000n, 0x1ffffn, ram, 0, 5],
      [0x2000n, 0x2fffn, kmem, 0, 0],
      [0x10000n, 0x100ffn, ram, 0, 0],
    ]);
    expect(fact).to.deep.equal({ value: 0x1000 + 0x10000 + 0x1000, from: 'iomem_resource' });
  });

  it('is not proved in a tree that loops, or whose ranges end before they begin', () => {
    expect(ramOf([[0n, 0xfffn, ram, 1, 0]]).value, 'a loop').to.equal(null);
    expect(ramOf([[0x2000n, 0n, reserved, 0, 0]]).value, 'a negative range').to.equal(null);
    expect(ramOf([[0n, 0xfffn, reserved, 0, 0]]).value, 'no RAM').to.equal(null);
  });

  it('is not proved where an entry lies in a page that was wiped', () => {
    expect(
      ramOf([
        [0n, 0xfffn, ram, 2, 0],
        [0n, 0n, 0n, 0, 0],
      ]).value,
    ).to.equal(null);
  });

  it('is not proved where it says more than any machine has', () => {
    expect(ramOf([[0n, (1n << 63n) - 1n, ram, 0, 0]]).value).to.equal(null);
  });

  it('is not proved without the layout of the structure', () => {
    const none = {
      from: 'none',
      remarks: [],
      struct: () => undefined,
      enumeration: () => undefined,
    };
    const fact = ramOf([[0n, 0xfffn, ram, 0, 0]], { types: none });
    expect(fact).to.have.property('because').that.includes('struct resource');
  });
});
