import type { Mmu, TranslationRoot } from '@vmcorekit/core';
import { type FilledRoot, filledMmu } from '@vmcorekit/engine/testing';
import { LinearMmu, linearRoot, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const memory = new SparseMemory({ ranges: [] });
const filledRoot: TranslationRoot = { ...linearRoot, key: 'filled', summary: 'known runs' };
const image = {
  virtualAddress: 0xffff_ffff_8000_2000n,
  physicalAddress: 0x8020_2000,
  lengthInBytes: 0x3000,
  isWritable: true,
  isExecutable: true,
};
const linearMap = {
  virtualAddress: 0xff60_0000_0000_0000n,
  physicalAddress: 0x8000_0000,
  lengthInBytes: 0x1_0000,
  isWritable: true,
  isExecutable: false,
};
/** Maps some vmalloc memory, and a part of the image otherwise. */
const tables = new LinearMmu([
  { virtualAddress: 0xff20_0000_0000_0000n, physicalAddress: 0x9000_0000, lengthInBytes: 0x2000 },
  {
    virtualAddress: image.virtualAddress - 0x1000n,
    physicalAddress: 0x1000,
    lengthInBytes: 0x2000,
  },
]);

function filled(parts: Partial<FilledRoot> = {}): Mmu {
  return filledMmu(tables, {
    root: filledRoot,
    tables: linearRoot,
    runs: [linearMap, image],
    ...parts,
  });
}

function placeOf(mmu: Mmu, address: bigint): number {
  return mmu.translate(memory, filledRoot, address).physicalAddress;
}

describe('filledMmu', () => {
  it('translates by the known runs, and other addresses by the tables', () => {
    const mmu = filled();
    expect(placeOf(mmu, image.virtualAddress + 0x2fffn)).to.equal(0x8020_4fff);
    expect(placeOf(mmu, linearMap.virtualAddress)).to.equal(0x8000_0000);
    expect(placeOf(mmu, 0xff20_0000_0000_1234n)).to.equal(0x9000_1234);
    expect(placeOf(mmu, image.virtualAddress - 1n)).to.equal(0x1fff);
  });

  it('maps nothing outside of the runs where no table is known', () => {
    const mmu = filled({ tables: null });
    expect(() => placeOf(mmu, 0xff20_0000_0000_1234n)).to.throw('known runs');
    expect([...mmu.mappedRuns(memory, filledRoot, 0n, 2n ** 64n)]).to.deep.equal([
      linearMap,
      image,
    ]);
  });

  it('walks every other root as before', () => {
    const address = image.virtualAddress;
    expect(filled().translate(memory, linearRoot, address).physicalAddress).to.equal(0x2000);
  });

  it('yields ascending runs that agree with each translation, up to the limit', () => {
    const mmu = filled();
    const edges = [linearMap, image].flatMap(({ virtualAddress: start, lengthInBytes }) => [
      start - 0x1000n,
      start,
      start + BigInt(lengthInBytes),
    ]);
    const anywhere = fc.tuple(fc.constantFrom(...edges, 0n), fc.bigInt(0n, 0x4000n));
    fc.assert(
      fc.property(anywhere, anywhere, fc.integer({ min: 0, max: 5 }), (one, other, limit) => {
        const from = one[0] + one[1];
        const to = other[0] + other[1];
        const runs = [...mmu.mappedRuns(memory, filledRoot, from, to, limit)];
        expect(runs.length).to.be.at.most(limit);
        let last = from;
        for (const run of runs) {
          const end = run.virtualAddress + BigInt(run.lengthInBytes);
          expect(run.virtualAddress >= last && end <= to && end > run.virtualAddress).to.equal(
            true,
          );
          expect(placeOf(mmu, run.virtualAddress)).to.equal(run.physicalAddress);
          expect(placeOf(mmu, end - 1n)).to.equal(run.physicalAddress + run.lengthInBytes - 1);
          last = end;
        }
      }),
    );
  });
});
