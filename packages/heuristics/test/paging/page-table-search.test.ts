import { pageTableSearch } from '@vmcorekit/heuristics';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  candidatesOf,
  dumpOf,
  emptyMemory,
  kaslrOffset,
  kernelIn,
  physBase,
  placeAt,
  rootAt,
} from '../guest.ts';
import { addIsolatedProcess, addProcess } from './processes.ts';

const text = 0xffff_ffff_8100_0000n + BigInt(kaslrOffset);

describe('page-table-search', () => {
  for (const levels of [4, 5] as const) {
    it(`finds a kernel with ${levels} levels of tables, once, however many processes it has`, () => {
      const memory = emptyMemory();
      const kernel = kernelIn(memory, { levels });
      addProcess(memory, kernel, 0x9c000);
      addProcess(memory, kernel, 0x3000000);

      const found = candidatesOf(pageTableSearch, dumpOf(memory));

      expect(found.map(({ claim }) => claim)).to.deep.equal([
        {
          ...placeAt(physBase),
          kaslrOffset,
          textVirtualAddress: text,
          textPhysicalAddress: kernel.physical(text),
          root: rootAt(0x9c000, levels),
        },
      ]);
    });

    it(`takes no text from a user's half of ${levels}-level tables, though it comes first`, () => {
      const memory = emptyMemory();
      const kernel = kernelIn(memory, { levels });
      const { kernelHalf } = addIsolatedProcess(memory, kernel, 0x9c000, 0x3100000);
      memory.exclude(kernelHalf);

      const found = candidatesOf(pageTableSearch, dumpOf(memory));

      expect(found.map(({ claim }) => claim.textVirtualAddress)).to.deep.equal([text]);
      expect(found.map(({ claim }) => claim.root?.levels)).to.deep.equal([levels]);
    });
  }

  it("gives phys_base alone, and weakly, where only a user's half is in the dump", () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const { kernelHalf } = addIsolatedProcess(memory, kernel, 0x9c000, 0x3100000);
    memory.exclude(kernelHalf);
    memory.exclude(kernel.root);

    const found = candidatesOf(pageTableSearch, dumpOf(memory));

    expect(found.map(({ claim, strength }) => ({ claim, strength }))).to.deep.equal([
      { claim: placeAt(physBase), strength: 'weak' },
    ]);
  });

  it('finds every kernel in the memory', () => {
    const memory = emptyMemory();
    kernelIn(memory);
    kernelIn(memory, {
      physBase: 0x200_0000,
      kaslrOffset: 0x400_0000,
      tablesFrom: 0x2800000,
      vmcoreInfoAt: null,
    });
    expect(
      candidatesOf(pageTableSearch, dumpOf(memory)).map(({ claim }) => claim.physBase),
    ).to.have.members([physBase, 0x200_0000]);
  });

  it('finds nothing where there is no kernel', () => {
    expect(candidatesOf(pageTableSearch, dumpOf(emptyMemory()))).to.deep.equal([]);
  });

  it('goes on past pages that cannot be read', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    for (const root of [0x9c000, 0x3000000]) {
      addProcess(memory, kernel, root);
    }
    memory.exclude(0x9c000);
    expect(
      candidatesOf(pageTableSearch, dumpOf(memory)).map(({ claim }) => claim.physBase),
    ).to.deep.equal([physBase]);
  });

  it('ends without an untyped error or a certain claim on any hostile tables', () => {
    const entry = fc.record({
      page: fc.integer({ min: 0, max: 5 }),
      index: fc.constantFrom(256, 509, 510, 511),
      target: fc.integer({ min: 0, max: 6 }),
      flags: fc.constantFrom(0n, 0x63n, 0x67n, 0xe3n, 0x80_0000_0000_0063n, (1n << 63n) | 0x63n),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
        const memory = emptyMemory();
        for (const { page, index, target, flags } of entries) {
          memory.writeUint64(
            0x400000 + page * 0x1000 + index * 8,
            BigInt(0x400000 + target * 0x1000) | flags,
          );
        }
        for (const { claim } of candidatesOf(pageTableSearch, dumpOf(memory))) {
          expect((claim.physBase ?? 1) % 0x20_0000).to.equal(0);
        }
      }),
      { numRuns: 200 },
    );
  });
});
