import { type Architecture, type Dump, isVmcorekitError, type KernelLayout } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { x8664Layout } from '@vmcorekit/linux';
import { LinearMmu, memoryDump, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const boom = (): never => {
  throw new TypeError('boom');
};

function dumpOf(mmu: object, layout: Partial<KernelLayout> = {}): Dump {
  const architecture: Architecture = {
    name: 'toy',
    machines: { elf: [], utsname: ['toy'] },
    wordSizeInBits: 64,
    pageSizesInBytes: [4096],
    mmu: Object.assign(new LinearMmu([]), mmu),
  };
  return memoryDump({
    memory: new SparseMemory({ ranges: [{ start: 0, end: 0x1000 }] }),
    architecture,
    layout: { ...x8664Layout, name: 'toy', ...layout },
    cpus: [new Map([['pc', 1n]])],
  });
}

async function failure(dump: Dump): Promise<string> {
  try {
    await createToolkit([]).locate(dump, { told: { physBase: 0x600000 } });
  } catch (error) {
    return isVmcorekitError(error, 'plugin-failed')
      ? error.message
      : `another error: ${String(error)}`;
  }
  return 'no failure';
}

describe('a machine whose plug-in fails', () => {
  for (const [member, mmu] of [
    ['rootOf', { rootOf: boom }],
    ['mappedRuns', { mappedRuns: boom }],
  ] as const) {
    it(`is named where its ${member} throws`, async () => {
      expect(await failure(dumpOf(mmu))).to.equal("architecture 'toy' failed: TypeError: boom");
    });
  }

  it('is named where one of its windows is no root', async () => {
    expect(await failure(dumpOf({ windows: [null] }))).to.contain(
      "architecture 'toy' failed: one of its windows is no root",
    );
  });

  for (const member of ['imageWindow', 'imageOffsetOf', 'physBaseOf', 'numbersOf'] as const) {
    it(`is named where its layout’s ${member} throws`, async () => {
      expect(await failure(dumpOf({}, { [member]: boom }))).to.equal(
        "kernel layout 'toy' failed: TypeError: boom",
      );
    });
  }
});
