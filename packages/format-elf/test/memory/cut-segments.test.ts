import type { Damage, PhysicalMemory } from '@vmcorekit/core';
import { type QemuMapping, type QemuMemoryBlock, qemuPagingElf } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { openBytes, pattern } from '../opened.ts';

const size = 0x1000;
/** Two NUMA nodes, and a device's ROM far above. */
const low = { start: 0, bytes: pattern(4 * size, 1) };
const high = { start: 4 * size, bytes: pattern(4 * size, 2) };
const rom = { start: 0x10_0000, bytes: pattern(4 * size, 3) };

async function opened(
  blocks: readonly QemuMemoryBlock[],
  mappings: readonly QemuMapping[],
  cutBytes: number = 0,
): Promise<{ memory: PhysicalMemory; damage: readonly Damage[] }> {
  const { bytes } = qemuPagingElf(blocks, mappings);
  return openBytes(bytes.subarray(0, bytes.length - cutBytes));
}

function mapping(firstPage: number, pages: number): QemuMapping {
  return { start: firstPage * size, lengthInBytes: pages * size };
}

describe('segments that QEMU cut at the end of a block of guest memory', () => {
  it('are read to the end where another segment proves that the next block follows', async () => {
    const { memory, damage } = await opened([low, high, rom], [mapping(0, 8), mapping(7, 1)]);
    expect(memory.ranges).to.deep.equal([{ start: 0, end: 8 * size }]);
    expect(memory.read(3 * size, 5 * size)).to.deep.equal(
      Uint8Array.from([...low.bytes.slice(3 * size), ...high.bytes]),
    );
    expect(damage.map(({ name, loses }) => [name, loses])).to.deep.equal([
      ['segments-cut-short', 'nothing'],
    ]);
    expect(damage[0]?.detail).to.include(`leave out ${3 * size} bytes of memory`);
  });

  it('are read only as far as is proved, and other bytes in the file are reported', async () => {
    const { memory, damage } = await opened([low, high, rom], [mapping(0, 8), mapping(5, 1)]);
    expect(memory.ranges).to.deep.equal([{ start: 0, end: 6 * size }]);
    expect(
      damage.map(({ name, loses, detail }) => [name, loses, Number.parseInt(detail, 10)]),
    ).to.deep.equal([
      ['segments-cut-short', 'nothing', Number.NaN],
      ['memory-unplaced', 'memory', 2 * size],
    ]);
  });

  it('give no bytes of another block where the mapping runs into a hole', async () => {
    const { memory, damage } = await opened(
      [low, rom],
      [mapping(0, 8), { start: rom.start, lengthInBytes: 4 * size }],
    );
    expect(memory.ranges).to.deep.equal([
      { start: 0, end: 4 * size },
      { start: rom.start, end: rom.start + 4 * size },
    ]);
    expect(damage).to.deep.equal([]);
  });

  it('give no bytes of another block, even where it is as long as the hole', async () => {
    const { memory, damage } = await opened([low, rom], [mapping(0, 8)]);
    expect(memory.ranges).to.deep.equal([{ start: 0, end: 4 * size }]);
    expect(damage.map(({ name }) => name)).to.deep.equal(['memory-unplaced']);
  });

  it('give nothing where segments do not ascend as blocks do', async () => {
    const { memory } = await opened([high, low, rom], [mapping(0, 8), mapping(4, 1)]);
    expect(memory.read(4 * size, size)).to.deep.equal(high.bytes.slice(0, size));
    expect(memory.pageState(5)).to.equal('absent');
  });

  it('are corrupt, not absent, where the file ends before them', async () => {
    const { memory, damage } = await opened(
      [low, high],
      [mapping(0, 8), mapping(7, 1)],
      2 * size + '\0.shstrtab\0'.length,
    );
    expect([4, 5, 6, 7].map((pfn) => memory.pageState(pfn))).to.deep.equal([
      'stored',
      'stored',
      'corrupt',
      'corrupt',
    ]);
    expect(damage.map(({ name }) => name)).to.include('file-truncated');
  });

  it('never read as anything but their own memory, whatever the blocks and mappings', async () => {
    const pagesOf = fc.array(
      fc.record({ gap: fc.integer({ min: 0, max: 3 }), pages: fc.integer({ min: 1, max: 4 }) }),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    const mapped = fc.array(
      fc.record({ first: fc.integer({ min: 0, max: 24 }), pages: fc.integer({ min: 1, max: 12 }) }),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    await fc.assert(
      fc.asyncProperty(pagesOf, mapped, async (shapes, mappings) => {
        let next = 1;
        const blocks = shapes.map(({ gap, pages }) => {
          const first = next + gap;
          next = first + pages;
          const bytes = Buffer.concat(
            Array.from({ length: pages }, (_, index) => Buffer.alloc(size, 1 + first + index)),
          );
          return { start: first * size, bytes };
        });
        // QEMU leaves out what begins in no memory.
        const begun = mappings.filter(({ first }) =>
          blocks.some(
            ({ start, bytes }) => start <= first * size && first * size < start + bytes.length,
          ),
        );
        fc.pre(begun.length > 0);
        const { memory } = await opened(
          blocks,
          begun.map(({ first, pages }) => mapping(first, pages)),
        );
        for (let pfn = 0; pfn < 40; pfn++) {
          if (memory.pageState(pfn) === 'stored') {
            expect([...new Set(memory.read(pfn * size, size))]).to.deep.equal([1 + pfn]);
            expect(begun.some(({ first, pages }) => first <= pfn && pfn < first + pages)).to.equal(
              true,
            );
          }
        }
      }),
    );
  });
});
