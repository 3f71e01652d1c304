import { loongarch64 } from '@vmcorekit/architectures';
import { isVmcorekitError, tryRead } from '@vmcorekit/core';
import { propertyRuns, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { mmuOf } from '../root-at.ts';
import { addressesOfTheManual } from './known-windows.ts';

const mmu = mmuOf(loongarch64);
const windows = mmu.windows ?? [];
const whole = new SparseMemory({ ranges: [{ start: 0, end: 2 ** 47 }] });
/** As a guest of 512 MiB has them. */
const ranges = [
  { start: 0, end: 0x1000_0000 },
  { start: 0x8000_0000, end: 0x9000_0000 },
];

describe("loongarch64's direct windows", () => {
  for (const [key, address, expected] of addressesOfTheManual) {
    it(`lead where the manual says: 0x${address.toString(16)}`, () => {
      const leads = windows.map(
        (window) => tryRead(() => mmu.translate(whole, window, address))?.physicalAddress,
      );
      expect(leads).to.deep.equal(key === 'cached' ? [expected, undefined] : [undefined, expected]);
    });
  }

  it('lead to memory that the machine has, as a model of its two ranges does', () => {
    const memory = new SparseMemory({ ranges });
    const address = fc.tuple(
      fc.constantFrom(0x9000_0000_0000_0000n, 0x8000_0000_0000_0000n, 0n, 0xffff_8000_0000_0000n),
      fc.constantFrom(0n, 0x1000_0000n, 0x8000_0000n, 0x9000_0000n),
      fc.bigInt({ min: -3n, max: 3n }),
    );
    fc.assert(
      fc.property(address, ([start, edge, by]) => {
        const virtual = BigInt.asUintN(64, start + edge + by);
        for (const [index, segment] of ['9', '8'].entries()) {
          const text = virtual.toString(16).padStart(16, '0');
          const low = Number.parseInt(text.slice(1), 16);
          const isThere =
            text.startsWith(segment) &&
            (low < 0x1000_0000 || (low >= 0x8000_0000 && low < 0x9000_0000));
          const window = windows[index];
          const found = window && tryRead(() => mmu.translate(memory, window, virtual));
          expect(found?.physicalAddress).to.equal(isThere ? low : undefined);
        }
      }),
      { numRuns: propertyRuns(60) },
    );
  });

  it('list memory once, and refuse roots of other processors', () => {
    const memory = new SparseMemory({ ranges });
    const [cached] = windows;
    if (cached === undefined) {
      throw new Error('loongarch64 has windows');
    }
    const runs = [...mmu.mappedRuns(memory, cached, 0n, 2n ** 64n)];
    expect(runs.map((run) => [run.virtualAddress, run.lengthInBytes])).to.deep.equal([
      [0x9000_0000_0000_0000n, 0x1000_0000],
      [0x9000_0000_8000_0000n, 0x1000_0000],
    ]);
    expect([...mmu.mappedRuns(memory, cached, 0n, 2n ** 64n, 1)]).to.have.length(1);
    try {
      mmu.translate(memory, { ...cached, key: 'other' }, 0n);
      expect.fail('a foreign root was used');
    } catch (error) {
      expect(isVmcorekitError(error) && error.code).to.equal('contract');
    }
  });

  it('name no root, and the program counter that ERA holds', () => {
    const registers = new Map([['csr_era', 0x9000_0000_012e_826cn]]);
    expect(mmu.rootOf(registers)).to.equal(undefined);
    expect(mmu.instructionAddress?.(registers)).to.equal(0x9000_0000_012e_826cn);
  });
});
