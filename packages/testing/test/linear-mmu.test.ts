import { isVmcorekitError } from '@vmcorekit/core';
import { LinearMmu, linearMemory, linearRoot, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const text = {
  virtualAddress: 0xffff_8000n,
  physicalAddress: 0x3000,
  lengthInBytes: 0x2000,
  isWritable: false,
};
const data = {
  virtualAddress: 0xffff_0000n,
  physicalAddress: 0x1000,
  lengthInBytes: 0x1000,
  isExecutable: false,
};

function memoryOf(): SparseMemory {
  return new SparseMemory({ ranges: [{ start: 0, end: 0x8000 }] });
}

describe('LinearMmu', () => {
  const mmu = new LinearMmu([text, data]);

  it('translates what its windows hold, with their rights, and nothing else', () => {
    const translation = mmu.translate(memoryOf(), linearRoot, 0xffff_9abcn);
    expect(translation).to.deep.include({
      physicalAddress: 0x4abc,
      isWritable: false,
      isExecutable: true,
      entries: [],
    });
    for (const outside of [0xffff_7fffn, 0xffff_a000n, 0n]) {
      try {
        mmu.translate(memoryOf(), linearRoot, outside);
        expect.fail(`${outside} was translated`);
      } catch (error) {
        expect(isVmcorekitError(error, 'not-mapped'), String(error)).to.equal(true);
      }
    }
  });

  it('lists its windows ascending, cut to the range asked for', () => {
    const runs = [...mmu.mappedRuns(memoryOf(), linearRoot, 0xffff_0800n, 0xffff_9000n)];
    expect(runs).to.deep.equal([
      {
        virtualAddress: 0xffff_0800n,
        physicalAddress: 0x1800,
        lengthInBytes: 0x800,
        isWritable: true,
        isExecutable: false,
      },
      { ...text, lengthInBytes: 0x1000, isExecutable: true },
    ]);
  });

  it('lists no more runs than the limit, of those that lie in the range', () => {
    const inRange = [...mmu.mappedRuns(memoryOf(), linearRoot, 0xffff_8000n, 1n << 32n, 1)];
    expect(inRange.map(({ virtualAddress }) => virtualAddress)).to.deep.equal([0xffff_8000n]);
    expect([...mmu.mappedRuns(memoryOf(), linearRoot, 0n, 1n << 32n, 1)]).to.have.lengthOf(1);
  });

  it('reads through windows that lie side by side in virtual memory only', () => {
    const memory = memoryOf();
    memory.write(0x1ffe, Uint8Array.of(1, 2));
    memory.write(0x6000, Uint8Array.of(3, 4));
    const both = linearMemory(memory, [
      data,
      { virtualAddress: 0xffff_1000n, physicalAddress: 0x6000, lengthInBytes: 0x1000 },
    ]);
    expect(both.readUint32(0xffff_0ffen)).to.equal(0x0403_0201);
    expect(both.tryRead(0xffff_1ffen, 4)).to.equal(undefined);
  });
});
