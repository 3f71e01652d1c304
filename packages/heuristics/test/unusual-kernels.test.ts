import type { Verdict } from '@vmcorekit/core';
import { createToolkit, type LocateOptions } from '@vmcorekit/engine';
import { plugin } from '@vmcorekit/heuristics';
import { plugin as linux } from '@vmcorekit/linux';
import { expect } from 'chai';
import { type DumpFields, dumpOf, emptyMemory, kernelIn, physBase } from './guest.ts';

const windowStart = 0xffffffff80000000n;

/** What the whole search makes of a kernel that a CPU runs. */
function found(
  kernel: Parameters<typeof kernelIn>[1],
  options: LocateOptions = {},
  dump: Omit<DumpFields, 'cr3'> = {},
): Promise<Verdict> {
  const memory = emptyMemory();
  const { root } = kernelIn(memory, kernel);
  return createToolkit([linux, plugin]).locate(dumpOf(memory, { cr3: [root], ...dump }), options);
}

describe('a kernel built otherwise than usual', () => {
  it('is probable without kallsyms and VMCOREINFO, its KASLR offset null', async () => {
    const kernel = { kallsyms: null, vmcoreInfoAt: null, hasWeakBanner: true, physicalStart: 0x2000000, kaslrOffset: 0x26e00000 };
    const verdict = await found(kernel);
    expect(verdict.confidence).to.equal('probable');
    expect(verdict.kernel).to.include({ physBase, kaslrOffset: null, release: '6.9.1-test', role: 'running' });
  });

  it('is certain with kallsyms of functions only, its KASLR offset null', async () => {
    const kernel = { hasOnlyTextSymbols: true, vmcoreInfoAt: null, physicalStart: 0x2000000, kaslrOffset: 0x26e00000 };
    for (const all of [false, true]) {
      const verdict = await found(kernel, { all });
      expect(verdict.confidence).to.equal('certain');
      expect(verdict.kernel).to.include({ physBase, kaslrOffset: null, release: '6.9.1-test', role: 'running' });
    }
  });

  for (const physicalStart of [0x200000, 0x2000000, 0x4000000]) {
    const link = physicalStart.toString(16);
    it(`has its KASLR offset proved where CONFIG_PHYSICAL_START is 0x${link}, and its text`, async () => {
      for (const kaslrOffset of [0, 0x400000]) {
        for (const all of [false, true]) {
          const verdict = await found({ physBase: 0x600000, kaslrOffset, physicalStart }, { all });
          expect(verdict.confidence).to.equal('certain');
          expect(verdict.kernel).to.deep.include({
            kaslrOffset,
            textVirtualAddress: windowStart + BigInt(physicalStart + kaslrOffset),
          });
          expect(verdict.contradictions).to.deep.equal([]);
        }
      }
    });
  }
});
