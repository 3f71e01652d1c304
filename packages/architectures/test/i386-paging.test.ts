import { i386, x8664 } from '@vmcorekit/architectures';
import { isVmcorekitError } from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { mmuOf, rootAt } from './root-at.ts';

const mmu = mmuOf(i386);

function memoryWith(words: Readonly<Record<number, number>>): SparseMemory {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x10_0000 }] });
  for (const [address, value] of Object.entries(words)) {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    memory.write(Number(address), bytes);
  }
  return memory;
}

describe('i386 paging', () => {
  it('translates a 4 KiB page of two-level tables', () => {
    const memory = memoryWith({ [0x1000 + 0x301 * 4]: 0x2007, [0x2000 + 0x23 * 4]: 0x5_4003 });
    const translation = mmu.translate(memory, rootAt(i386, 0x1000, 2), 0xc042_3abcn);
    expect(translation.physicalAddress).to.equal(0x5_4abc);
    expect([translation.isWritable, translation.isUser, translation.isExecutable]).to.deep.equal([
      true,
      false,
      true,
    ]);
  });

  it('translates a 4 MiB page, also one beyond 4 GiB', () => {
    const memory = memoryWith({ [0x1000 + 0x300 * 4]: 0x0040_0000 | (1 << 13) | 0x83 });
    const translation = mmu.translate(memory, rootAt(i386, 0x1000, 2), 0xc012_3456n);
    expect(translation.physicalAddress).to.equal(0x1_0040_0000 + 0x12_3456);
    expect(translation.mappingSizeInBytes).to.equal(0x40_0000);
  });

  it('walks PAE, whose four top entries hold no rights', () => {
    const memory = memoryWith({
      [0x1020 + 3 * 8]: 0x2001,
      8192: 0x3003,
      12296: 0x7003,
      12300: 0x8000_0001,
    });
    const translation = mmu.translate(memory, rootAt(i386, 0x1020, 3), 0xc000_1010n);
    expect(translation.physicalAddress).to.equal(0x1_0000_7010);
    expect([translation.isWritable, translation.isExecutable]).to.deep.equal([true, false]);
  });

  it('lists runs without extending the sign', () => {
    const memory = memoryWith({ [0x1020 + 3 * 8]: 0x2001, 8192: 0x20_00e3 });
    expect([...mmu.mappedRuns(memory, rootAt(i386, 0x1020, 3), 0n, 1n << 32n)]).to.deep.equal([
      {
        virtualAddress: 0xc000_0000n,
        physicalAddress: 0x20_0000,
        lengthInBytes: 0x20_0000,
        isWritable: true,
        isExecutable: true,
      },
    ]);
  });

  it('refuses addresses beyond 32 bits and other numbers of levels', () => {
    const memory = memoryWith({});
    for (const [root, code] of [
      [rootAt(i386, 0x1000, 2), 'not-mapped'],
      [rootAt(x8664, 0x1000, 4), 'contract'],
    ] as const) {
      try {
        mmu.translate(memory, root, 1n << 32n);
        expect.fail('an impossible address was translated');
      } catch (error) {
        expect(isVmcorekitError(error) && error.code).to.equal(code);
      }
    }
  });
});
