import type { Architecture, Cpu, Dump, KernelView, Mmu, SymbolTable } from '@vmcorekit/core';
import { arm64Layout, isRunByPc, x8664Layout } from '@vmcorekit/linux';
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
