import { ppc64, x8664 } from '@vmcorekit/architectures';
import type { Architecture } from '@vmcorekit/core';
import { pageSizeOf } from '@vmcorekit/linux';
import { linearMemory, memoryDump, SparseMemory, testKernel } from '@vmcorekit/testing';
import { expect } from 'chai';

function pageSize(architecture: Architecture, vmcoreinfo: string): number {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x1000 }] });
  return pageSizeOf(
    testKernel({
      dump: memoryDump({ memory, architecture }),
      memory: linearMemory(memory, []),
      vmcoreinfo,
    }),
  );
}

describe('pageSizeOf', () => {
  it('is what VMCOREINFO states, where the tables have smaller pages', () => {
    expect(pageSize(ppc64, 'PAGESIZE=65536\n')).to.equal(65_536);
  });

  it('is that of the tables where VMCOREINFO states none that such a kernel has', () => {
    expect(pageSize(ppc64, '')).to.equal(4096);
    expect(pageSize(x8664, 'PAGESIZE=65536\n')).to.equal(4096);
  });
});
