import { i386 } from '@vmcorekit/architectures';
import type { MappedRun } from '@vmcorekit/core';
import { i386Layout } from '@vmcorekit/linux';
import { symbolList } from '@vmcorekit/testing';
import { expect } from 'chai';
import { isRunByPc } from '../../dist/search/cpu-in-text.js';

const run: MappedRun = {
  virtualAddress: 0xca00_0000n,
  physicalAddress: 0xa00_0000,
  lengthInBytes: 0x100_0000,
  isWritable: false,
  isExecutable: true,
};

function runs(eip: bigint, symbols: Readonly<Record<string, bigint>>): boolean {
  const registers = new Map([
    ['eip', eip],
    ['cr0', 0x8000_0001n],
    ['cr3', 0x100_0000n],
    ['cr4', 0n],
  ]);
  const cpus = [{ index: 0, pid: 1, registers, from: ['qemu'] }];
  return isRunByPc(
    { architecture: i386, layout: i386Layout, cpus },
    { symbols: symbolList(symbols), runs: [run] },
  );
}

describe('a CPU in the text of a kernel that shares its image offset', () => {
  const symbols = { _stext: 0xca00_0000n, _etext: 0xca91_bc80n };

  it('runs it, although its registers name a root', () => {
    expect(runs(0xca91_7b83n, symbols)).to.equal(true);
  });

  it('does not run it elsewhere, or where no symbols bound the text', () => {
    expect([runs(0xca91_bc80n, symbols), runs(0xc904_0000n, symbols)]).to.deep.equal([
      false,
      false,
    ]);
    expect(runs(0xca91_7b83n, {})).to.equal(false);
  });
});
