import { type Dump, latin1Bytes } from '@vmcorekit/core';
import { findBanners, kallsyms } from '@vmcorekit/linux';
import { buildKallsyms, linearMemory, SparseMemory, symbolList } from '@vmcorekit/testing';
import { expect } from 'chai';

const virtualAddress = 0xc000_0000n;
const lengthInBytes = 0x10_0000;
const banner = 'Linux version 6.1.0-50-686 (a@b) (gcc-12, GNU ld) #1 SMP Debian 6.1.176-1';

function found(symbols: Readonly<Record<string, bigint>>, isWritable: boolean): bigint[] {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: lengthInBytes }] });
  for (const at of [0x1000, 0x4_0000, 0x9_0000]) {
    memory.write(at, latin1Bytes(`${banner}\n\0`));
  }
  const run = {
    virtualAddress,
    physicalAddress: 0,
    lengthInBytes,
    isWritable,
    isExecutable: true,
  };
  const kernel = linearMemory(memory, [run]);
  const steps = findBanners({ memory: kernel, runs: [run], symbols: symbolList(symbols) });
  return [...steps].flatMap((step) => (step === undefined ? [] : [step.address]));
}

describe('the search for a banner without read-only mappings', () => {
  const symbols = { _etext: virtualAddress + 0x2_0010n, _sinittext: virtualAddress + 0x8_0000n };

  it('looks between the code and the code of boot', () => {
    for (const isWritable of [true, false]) {
      expect(found(symbols, isWritable)).to.deep.equal([virtualAddress + 0x4_0000n]);
    }
  });

  it('looks nowhere without symbols, or with symbols too far from each other', () => {
    expect(found({}, true)).to.deep.equal([]);
    expect(found({ ...symbols, _sinittext: 0xd000_0000n }, true)).to.deep.equal([]);
  });
});

describe('the search for a banner in read-only data that hold kallsyms', () => {
  const tableAt = 0x4_0008;

  /** The banners found, as offsets from the start of the data, and the pages that were read. */
  function foundWith(banners: readonly number[]): { places: number[]; pagesRead: number } {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 2 * lengthInBytes }] });
    const text = virtualAddress + BigInt(lengthInBytes);
    const table = buildKallsyms({
      layout: '6.1',
      addresses: 'relative',
      symbols: [
        { name: '_stext', address: text },
        ...Array.from({ length: 700 }, (_, index) => ({
          name: `do_${(index * 7919) % 10_007}`,
          address: text + 0x40n + BigInt(index) * 16n,
        })),
      ],
      virtualAddress: virtualAddress + BigInt(tableAt),
    });
    memory.write(tableAt, table.bytes);
    for (const at of banners) {
      memory.write(at, latin1Bytes(`${banner}\n\0`));
    }
    const readOnly = { virtualAddress, physicalAddress: 0, lengthInBytes, isWritable: false };
    const runs = [
      { ...readOnly, isExecutable: false },
      { ...readOnly, virtualAddress: text, physicalAddress: lengthInBytes, isExecutable: true },
    ];
    const kernel = linearMemory(memory, runs);
    const dump = { image: { memory }, architecture: null, layout: null } as unknown as Dump;
    const carved = kallsyms.carve({ dump, runs, memory: kernel, root: kernel.root });
    let step = carved.next();
    while (step.done !== true) {
      step = carved.next();
    }
    expect(step.value?.size).to.equal(701);
    const readBefore = memory.pagesRead;
    const steps = findBanners({ memory: kernel, runs, symbols: step.value ?? symbolList({}) });
    const places = [...steps].flatMap((each) =>
      each === undefined ? [] : [Number(each.address - virtualAddress)],
    );
    return { places, pagesRead: memory.pagesRead - readBefore };
  }

  it('takes those before its tables, and reads no more', () => {
    const { places, pagesRead } = foundWith([0x1000, 0x3_0000, 0x9_0000]);
    expect(places).to.deep.equal([0x1000, 0x3_0000]);
    expect(pagesRead).to.be.at.most(0x4_0000 / 4096 + 1);
  });

  it('takes those after them where none is before', () => {
    expect(foundWith([0x9_0000]).places).to.deep.equal([0x9_0000]);
  });
});
