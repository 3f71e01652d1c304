import { i386 } from '@vmcorekit/architectures';
import type {
  Architecture,
  Cpu,
  Dump,
  KernelView,
  MappedRun,
  Mmu,
  SymbolTable,
} from '@vmcorekit/core';
import { arm64Layout, i386Layout, isRunByPc, x8664Layout } from '@vmcorekit/linux';
import { symbolList } from '@vmcorekit/testing';
import { expect } from 'chai';

const start = 0xffff_8000_0801_0000n;
const end = 0xffff_8000_08bd_0000n;
const text: ReadonlyMap<string, bigint> = new Map([
  ['_stext', start],
  ['_etext', end],
]);
/** A kernel whose symbols do not say where its text ends. */
const unnamed: ReadonlyMap<string, bigint> = new Map();

function isRun(
  pc: bigint,
  names: ReadonlyMap<string, bigint> = text,
  { layout = arm64Layout, mapped = end } = {},
): boolean {
  const mmu: Partial<Mmu> = {
    rootOf: () => undefined,
    instructionAddress: (registers) => registers.get('pc'),
  };
  const cpu = { index: 0, registers: new Map([['pc', pc]]) } as unknown as Cpu;
  const dump: Pick<Dump, 'architecture' | 'layout' | 'cpus'> = {
    architecture: { name: 'arm64', mmu: mmu as Mmu } as Architecture,
    layout,
    cpus: [cpu],
  };
  const symbols = {
    find: (name: string) => {
      const address = names.get(name);
      return address === undefined ? undefined : { name, address };
    },
  } as unknown as SymbolTable;
  const run = {
    virtualAddress: start,
    physicalAddress: 0x4021_0000,
    lengthInBytes: Number(mapped - start),
    isWritable: false,
    isExecutable: true,
  };
  const kernel: Pick<KernelView, 'symbols' | 'runs'> = { symbols, runs: [run] };
  return isRunByPc(dump, kernel);
}

describe('a CPU in the text of a kernel', () => {
  it('runs that kernel, from _stext up to _etext', () => {
    expect(isRun(start)).to.equal(true);
    expect(isRun(end - 4n)).to.equal(true);
    expect(isRun(end)).to.equal(false);
    expect(isRun(0xffff_fbff_fdbf_7c80n)).to.equal(false);
  });

  it('is found by the executable mappings where no symbols say where text ends', () => {
    const mapped = start + 0x1000n;
    expect(isRun(start + 0xff8n, unnamed, { mapped })).to.equal(true);
    expect(isRun(start + 0x1000n, unnamed, { mapped })).to.equal(false);
  });

  it('does not run a kernel whose symbols call text what its tables do not map', () => {
    expect(isRun(start + 0x1000n, text, { mapped: start + 0x1000n })).to.equal(false);
  });

  it('says nothing on machines whose CPUs name their tables', () => {
    expect(isRun(start, text, { layout: x8664Layout })).to.equal(false);
  });
});

const ofI386: MappedRun = {
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
    { symbols: symbolList(symbols), runs: [ofI386] },
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
