import type { Verdict } from '@vmcorekit/core';
import type { LocateOptions } from '@vmcorekit/engine';
import { expect } from 'chai';
import {
  type DumpFields,
  dumpOf,
  emptyMemory,
  kaslrOffset,
  kernelIn,
  physBase,
  verdictOf,
} from './guest.ts';

const windowStart = 0xffffffff80000000n;

/** What the whole search makes of a kernel that a CPU runs. */
function found(
  kernel: Parameters<typeof kernelIn>[1],
  options: LocateOptions = {},
  dump: Omit<DumpFields, 'cr3'> = {},
): Promise<Verdict> {
  const memory = emptyMemory();
  const { root } = kernelIn(memory, kernel);
  return verdictOf(dumpOf(memory, { cr3: [root], ...dump }), options);
}

describe('a kernel built otherwise than usual', () => {
  it('is probable without kallsyms and VMCOREINFO, its KASLR offset null', async () => {
    const kernel = {
      kallsyms: null,
      vmcoreInfoAt: null,
      hasWeakBanner: true,
      physicalStart: 0x2000000,
      kaslrOffset: 0x26e00000,
    };
    const verdict = await found(kernel);
    expect(verdict.confidence).to.equal('probable');
    expect(verdict.kernel).to.include({
      physBase,
      kaslrOffset: null,
      release: '6.9.1-test',
      role: 'running',
    });
  });

  it('is certain with kallsyms of functions only, its KASLR offset null', async () => {
    const kernel = {
      hasOnlyTextSymbols: true,
      vmcoreInfoAt: null,
      physicalStart: 0x2000000,
      kaslrOffset: 0x26e00000,
    };
    for (const all of [false, true]) {
      const verdict = await found(kernel, { all });
      expect(verdict.confidence).to.equal('certain');
      expect(verdict.kernel).to.include({
        physBase,
        kaslrOffset: null,
        release: '6.9.1-test',
        role: 'running',
      });
    }
  });

  for (const physicalStart of [0x200000, 0x2000000, 0x4000000]) {
    const link = physicalStart.toString(16);
    it(`has its KASLR offset proved where CONFIG_PHYSICAL_START is 0x${link}, and its text`, async () => {
      for (const offset of [0, 0x400000]) {
        for (const all of [false, true]) {
          const verdict = await found(
            { physBase: 0x600000, kaslrOffset: offset, physicalStart },
            { all },
          );
          expect(verdict.confidence).to.equal('certain');
          expect(verdict.kernel).to.deep.include({
            kaslrOffset: offset,
            textVirtualAddress: windowStart + BigInt(physicalStart + offset),
          });
          expect(verdict.contradictions).to.deep.equal([]);
        }
      }
    });
  }

  it('is certain with a page of its symbols lost, and reports what that cost', async () => {
    for (const [layout, lostAt] of [
      ['4.6', 0x1000],
      ['6.2', 0x2000],
      ['6.4', 0x1000],
    ] as const) {
      const memory = emptyMemory();
      const kernel = kernelIn(memory, { kallsyms: layout, hasWeakBanner: true });
      const lost = kernel.physical((kernel.symbols.get('linux_banner') ?? 0n) - 0x80n) + lostAt;
      memory.exclude(lost);
      const verdict = await verdictOf(dumpOf(memory, { cr3: [kernel.root] }));
      expect(verdict.confidence, layout).to.equal('certain');
      expect(verdict.kernel, layout).to.include({
        physBase,
        kaslrOffset,
        release: '6.9.1-test',
        role: 'running',
      });
      const said = verdict.notRun
        .filter(({ name }) => name === 'kallsyms')
        .map(({ because }) => because);
      expect(said, layout).to.have.length(1);
      expect(said[0], layout)
        .to.include(`0x${(lost / 0x1000).toString(16)}`)
        .and.include('symbols');
    }
  });

  it('says nothing of lost symbols where it has none and all of its data are there', async () => {
    const verdict = await found({ kallsyms: null });
    expect(verdict.notRun.filter(({ name }) => name === 'kallsyms')).to.deep.equal([]);
  });

  it('is probable where the page of the banners is lost too, and its note', async () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, { kallsyms: null, vmcoreInfoAt: null });
    memory.exclude(kernel.physical(kernel.symbols.get('linux_banner') ?? 0n) - 0x80);
    const verdict = await verdictOf(dumpOf(memory, { cr3: [kernel.root] }));
    expect(verdict.confidence).to.equal('probable');
    expect(verdict.kernel).to.include({ physBase, kaslrOffset: null, release: null });
  });
});
