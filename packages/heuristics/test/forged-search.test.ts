import { x8664 } from '@vmcorekit/architectures';
import type { Verdict } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { plugin } from '@vmcorekit/heuristics';
import { plugin as linux, x8664Layout } from '@vmcorekit/linux';
import { buildLinuxKernel, memoryDump, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const sizeInBytes = 0x40000000;

const kernel = (memory: SparseMemory, physBase: number, at: number, release: string) =>
  buildLinuxKernel({
    memory,
    physBase,
    kaslrOffset: 0,
    vmcoreInfoAt: at,
    tablesFrom: at + 0x1000,
    directMapSizeInBytes: sizeInBytes,
    release,
  });

describe('a search that does not come to its end', () => {
  it('does not call the first kernel certain where nothing selects one of several', async () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
    kernel(memory, 0x1000000, 0x100000, '6.6.6-forged');
    kernel(memory, 0x20000000, 0x30000000, '6.1.0-real');
    const dump = memoryDump({ memory, architecture: x8664, layout: x8664Layout });
    const whole = await createToolkit([linux, plugin]).locate(dump);
    expect(whole).to.include({ kernel: null, confidence: 'ambiguous' });
    // The clock of a search that meets the first kernel and then runs out of time.
    const search = plugin.heuristics?.find(({ name }) => name === 'page-table-search');
    const cut: Verdict = await createToolkit([
      linux,
      {
        ...plugin,
        heuristics: [
          {
            ...(search as NonNullable<typeof search>),
            *run(context, options) {
              for (const step of (search as NonNullable<typeof search>).run(context, options)) {
                yield step;
                if (step.kind === 'candidate') {
                  throw new Error('the time is up');
                }
              }
            },
          },
        ],
      },
    ]).locate(dump);
    expect(cut.candidates.map(({ kernel: { physBase } }) => physBase)).to.deep.equal([0x1000000]);
    expect(cut.confidence, cut.explanation).to.be.oneOf(['ambiguous', 'none', 'probable']);
  });
});
