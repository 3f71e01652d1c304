import type { KernelRole, Verdict } from '@vmcorekit/core';
import { PageTableBuilder, type SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { dumpOf, emptyMemory, kernelIn, physBase, verdictOf } from './guest.ts';
import { addProcess } from './paging/processes.ts';

const processRoot = 0x3000000;
const identityRoot = 0x3100000;

/** Roles by phys_base. */
function rolesIn({ candidates }: Verdict): Readonly<Record<string, KernelRole>> {
  return Object.fromEntries(
    candidates
      .filter(({ isWitnessed }) => isWitnessed)
      .map(({ kernel }) => [String(kernel.physBase), kernel.role]),
  );
}

/** Tables as firmware has: the first pages at their own addresses, and no kernel. */
function identityMapped(memory: SparseMemory): number {
  new PageTableBuilder(memory, { levels: 4, root: identityRoot, tablesFrom: 0x3110000 }).map({
    virtualAddress: 0n,
    physicalAddress: 0,
    lengthInBytes: 0x10000,
    isWritable: true,
    isExecutable: true,
  });
  return identityRoot;
}

describe('the role of a kernel', () => {
  for (const state of ['absent', 'excluded', 'corrupt'] as const) {
    it(`is not stale where the root of its CPU is ${state}`, async () => {
      const memory = emptyMemory();
      addProcess(memory, kernelIn(memory), processRoot);
      memory.lose(processRoot, state);
      const verdict = await verdictOf(dumpOf(memory, { cr3: [processRoot] }));
      expect(verdict.kernel).to.include({ physBase, role: 'unknown' });
      expect(verdict.explanation).to.contain(
        "a CPU's page tables are lost, and nothing selects this kernel",
      );
    });
  }

  it('is not stale where the root of its CPU was wiped', async () => {
    const memory = emptyMemory();
    kernelIn(memory);
    expect(rolesIn(await verdictOf(dumpOf(memory, { cr3: [processRoot] })))).to.deep.equal({
      [physBase]: 'unknown',
    });
  });

  it('is not stale where a root lies outside all memory', async () => {
    const memory = emptyMemory();
    kernelIn(memory);
    expect(rolesIn(await verdictOf(dumpOf(memory, { cr3: [0x40000000] })))).to.deep.equal({
      [physBase]: 'unknown',
    });
  });

  it('is not stale where a CPU runs a nested guest with another machine’s root', async () => {
    const memory = emptyMemory();
    kernelIn(memory);
    const cr3 = [identityMapped(memory)];
    const verdict = await verdictOf(
      dumpOf(memory, { cr3, registers: { rip: 0xffff_ffff_8100_0000n } }),
    );
    expect(rolesIn(verdict)).to.deep.equal({ [physBase]: 'unknown' });
  });

  it('is not stale where one of several CPUs is not accounted for', async () => {
    const memory = emptyMemory();
    kernelIn(memory);
    const cr3 = [identityMapped(memory), 0x40000000];
    expect(
      rolesIn(await verdictOf(dumpOf(memory, { cr3, registers: { rip: 0x1000n } }))),
    ).to.deep.equal({
      [physBase]: 'unknown',
    });
  });

  it('is stale where every CPU runs other code, by tables that map that code', async () => {
    const memory = emptyMemory();
    kernelIn(memory);
    const verdict = await verdictOf(
      dumpOf(memory, { cr3: [identityMapped(memory)], registers: { rip: 0x1000n } }),
    );
    expect(rolesIn(verdict)).to.deep.equal({ [physBase]: 'stale' });
    expect(verdict.explanation).to.contain("no CPU's page tables lead to this kernel");
  });

  it('is stale where the machine was reset to its firmware', async () => {
    const memory = emptyMemory();
    kernelIn(memory);
    const verdict = await verdictOf(
      dumpOf(memory, { cr3: [0, 0], registers: { cr0: 0x60000010n } }),
    );
    expect(rolesIn(verdict)).to.deep.equal({ [physBase]: 'stale' });
    expect(verdict.explanation).to.contain('the machine was in its firmware');
  });

  it('is unknown where a note of a CPU was never filled', async () => {
    const memory = emptyMemory();
    kernelIn(memory);
    const verdict = await verdictOf(dumpOf(memory, { cr3: [0], registers: { cr0: 0n } }));
    expect(rolesIn(verdict)).to.deep.equal({ [physBase]: 'unknown' });
    expect(verdict.explanation).not.to.contain('firmware');
  });

  it('is unknown for both kernels where CPUs reach both and nothing decides', async () => {
    const memory = emptyMemory();
    const second = {
      physBase: 0x2800000,
      kaslrOffset: 0x1400000,
      tablesFrom: 0x2800000,
      vmcoreInfoAt: null,
    } as const;
    const cr3 = [kernelIn(memory).root, kernelIn(memory, second).root];
    const verdict = await verdictOf(dumpOf(memory, { cr3 }));
    expect(rolesIn(verdict)).to.deep.equal({ [physBase]: 'unknown', 41943040: 'unknown' });
  });
});
