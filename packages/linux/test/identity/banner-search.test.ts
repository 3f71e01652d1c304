import { latin1Bytes } from '@vmcorekit/core';
import { findBanners } from '@vmcorekit/linux';
import { linearMemory, SparseMemory, symbolList } from '@vmcorekit/testing';
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
