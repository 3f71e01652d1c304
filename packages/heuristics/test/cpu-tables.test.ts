import type { Registers } from '@vmcorekit/core';
import { cpuTables } from '@vmcorekit/heuristics';
import { contextFor, type SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import {
  imageOffsetOf,
  riscv64Cpu,
  riscv64Dump,
  riscv64Memory,
  riscv64Places,
  rootOf,
} from './riscv64-guest.ts';

const { crashed, capture } = riscv64Places;

function findings(cpus: readonly Registers[], memory: SparseMemory = riscv64Memory()) {
  return Array.from(cpuTables.run(contextFor(riscv64Dump(memory, cpus)), {})).flatMap((step) =>
    step.kind === 'candidate' ? [step] : [],
  );
}

describe('cpu-tables', () => {
  it("finds the kernel's own root where a CPU has a process's tables", () => {
    const inProcess = riscv64Cpu(crashed.process);
    const [found, ...others] = findings([inProcess, riscv64Cpu(rootOf(crashed))]);
    expect(others).to.deep.equal([]);
    expect(found?.claim.imageOffset).to.equal(imageOffsetOf(crashed));
    expect(found?.claim.root?.tableAddress).to.equal(rootOf(crashed));
    expect(found?.reachedByCpu).to.equal(true);
    expect(found?.because).to.match(/^CPU 0: 0xffffffff80000000 is mapped to 0x80200000, /);
  });

  it('counts a CPU that runs a program', () => {
    const [found] = findings([riscv64Cpu(crashed.process, 0x1_0000n)]);
    expect(found?.claim.imageOffset).to.equal(imageOffsetOf(crashed));
  });

  it('gives each kernel that a CPU runs', () => {
    const found = findings([riscv64Cpu(crashed.process), riscv64Cpu(capture.process)]);
    expect(found.map(({ claim }) => claim.imageOffset)).to.deep.equal(
      [crashed, capture].map(imageOffsetOf),
    );
  });

  it('says nothing where one CPU leads nowhere: it may run another kernel', () => {
    const known = riscv64Cpu(crashed.process);
    const inLinearMap = 0xffff_af80_0000_0000n;
    for (const other of [
      new Map(),
      new Map([...known, ['satp', 0n] as const]),
      riscv64Cpu(0x8100_0000),
      riscv64Cpu(0x7000_0000),
      riscv64Cpu(0xf_ffff_f000),
      // Code that these tables do not hold: those of a nested guest lie elsewhere.
      riscv64Cpu(crashed.process, 0xffff_ffff_9000_0000n),
      riscv64Cpu(crashed.process, inLinearMap),
    ]) {
      expect(findings([known, other])).to.deep.equal([]);
      expect(findings([other, known])).to.deep.equal([]);
    }
  });

  it('takes no other page for the root, and none without all entries', () => {
    const memory = riscv64Memory();
    memory.write(rootOf(crashed) + 0xff8, new Uint8Array(8));
    expect(findings([riscv64Cpu(crashed.process)], memory)).to.deep.equal([]);
  });
});
