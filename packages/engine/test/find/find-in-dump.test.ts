import { x8664 } from '@vmcorekit/architectures';
import type { Dump, Kernel } from '@vmcorekit/core';
import {
  aliasesOf,
  bytesPattern,
  findInDump,
  kernelRange,
  maxAliases,
  placesOf,
  textPattern,
} from '@vmcorekit/engine';
import { LinearMmu, linearMemory, linearRoot, memoryDump, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const pageSizeInBytes = 4096;

function ended<Result>(work: Generator<unknown, Result, void>): Result {
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) {
      return step.value;
    }
  }
}

function mappings(...pages: readonly (readonly [virtualPage: number, physicalPage: number])[]) {
  return pages.map(([virtualPage, physicalPage]) => ({
    virtualAddress: BigInt(virtualPage * pageSizeInBytes),
    physicalAddress: physicalPage * pageSizeInBytes,
    lengthInBytes: pageSizeInBytes,
  }));
}

function dumpOf(mapped: ReturnType<typeof mappings>): { dump: Dump; memory: SparseMemory } {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 8 * pageSizeInBytes }] });
  const architecture = { ...x8664, mmu: new LinearMmu(mapped) };
  return { memory, dump: memoryDump({ memory, architecture }) };
}

describe('findInDump', () => {
  it('finds what lies in pages that adjoin only in virtual memory', () => {
    const { dump, memory } = dumpOf(mappings([16, 5], [17, 2]));
    memory.write(6 * pageSizeInBytes - 3, new TextEncoder().encode('nee'));
    memory.write(2 * pageSizeInBytes, new TextEncoder().encode('dle'));
    const pattern = textPattern('needle');
    const virtual = ended(findInDump(dump, { pattern, limit: 9, root: linearRoot }));
    expect(virtual.addresses).to.deep.equal([BigInt(17 * pageSizeInBytes - 3)]);
    expect(ended(findInDump(dump, { pattern, limit: 9 })).addresses).to.deep.equal([]);
  });

  it('ends where page tables map a page for ever, and says so', () => {
    const again = Array.from({ length: 200 }, (_, index) => [100 + 2 * index, 0] as const);
    const { dump } = dumpOf(mappings(...again));
    const pattern = textPattern('x');
    const { isCut } = ended(findInDump(dump, { pattern, limit: 9, root: linearRoot }));
    expect(isCut).to.equal(true);
    expect(ended(findInDump(dump, { pattern, limit: 9 })).isCut).to.equal(false);
  });

  it('refuses a root of a machine whose translation is not known', () => {
    const { memory } = dumpOf([]);
    const { mmu: _mmu, ...architecture } = x8664;
    const dump = memoryDump({ memory, architecture });
    const pattern = textPattern('x');
    expect(() => ended(findInDump(dump, { pattern, limit: 9, root: linearRoot }))).to.throw(
      'the translation of this machine is not known',
    );
  });
});

describe('aliasesOf', () => {
  const everywhere = { start: 0n, end: 1n << 64n };
  const aliases = (mapped: ReturnType<typeof mappings>, ...addresses: readonly number[]) => {
    const { memory } = dumpOf(mapped);
    const mmu = new LinearMmu(mapped);
    return ended(aliasesOf(memory, mmu, linearRoot, everywhere, addresses));
  };

  it('lists every virtual address of a physical one, ascending', () => {
    const found = aliases(mappings([16, 5], [20, 2], [30, 5]), 0x5010, 0x2fff, 0x7000);
    expect([...(found ?? [])]).to.deep.equal([
      [0x2fff, [0x14fffn]],
      [0x5010, [0x10010n, 0x1e010n]],
      [0x7000, []],
    ]);
  });

  it('keeps no more of them than anybody reads', () => {
    const again = Array.from({ length: 40 }, (_, index) => [100 + 2 * index, 0] as const);
    expect(aliases(mappings(...again), 0)?.get(0)).to.have.lengthOf(maxAliases);
  });
});

describe('placesOf', () => {
  const mapped = mappings([16, 1], [20, 3]);

  it('gives as much context as can be read', () => {
    const { dump, memory } = dumpOf(mapped);
    memory.write(0x1004, new TextEncoder().encode('needle'));
    memory.lose(0, 'corrupt');
    const options = { kernel: null, space: null, lengthInBytes: 6, contextInBytes: 8 };
    const [place] = ended(placesOf(dump, { addresses: [0x1004n] }, options));
    expect(place?.context.address).to.equal(0x1000n);
    expect(place?.context.bytes).to.have.lengthOf(4 + 6 + 8);
    expect(place).to.include({ virtualAddresses: null, symbol: null, fileOffset: null });
  });

  it('reads the context of virtual memory there', () => {
    const { dump, memory } = dumpOf(mapped);
    memory.write(0x1ffa, new TextEncoder().encode('needle'));
    const space = linearMemory(memory, mapped);
    const options = { kernel: null, space, lengthInBytes: 6, contextInBytes: 8 };
    const [place] = ended(placesOf(dump, { addresses: [0x10ffan] }, options));
    expect(place?.physicalAddress).to.equal(0x1ffa);
    expect(place?.context.bytes).to.have.lengthOf(8 + 6);
  });
});

describe('kernelRange', () => {
  const kernelAt = (virtualAddress: bigint, wordSizeInBits: 32 | 64) =>
    ({
      runs: [{ virtualAddress, physicalAddress: 0, lengthInBytes: 1 }],
      located: { wordSizeInBits },
    }) as unknown as Kernel;

  it('is the half of memory that the image lies in', () => {
    expect(kernelRange(kernelAt(0xffffffff81000000n, 64)).start).to.equal(1n << 63n);
    expect(kernelRange(kernelAt(0xc0000000n, 32))).to.deep.equal({ start: 0n, end: 1n << 32n });
    expect(kernelRange(kernelAt(0x100000n, 64))).to.deep.equal({ start: 0n, end: 1n << 64n });
  });
});

describe('bytesPattern', () => {
  it('finds nothing in memory without ranges', () => {
    const memory = new SparseMemory({ ranges: [] });
    const dump = memoryDump({ memory, architecture: x8664 });
    const pattern = bytesPattern(Uint8Array.of(0));
    expect(ended(findInDump(dump, { pattern, limit: 1 })).addresses).to.deep.equal([]);
  });
});
