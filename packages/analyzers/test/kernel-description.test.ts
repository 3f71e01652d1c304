import type { KernelDescription } from '@vmcorekit/linux';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { analyze, emptyDump, guest, physBase } from './guest.ts';

describe('kernel-description', () => {
  it('says of the located kernel what a dump of it should say', async () => {
    const { text, data } = await analyze('kernel-description', guest().dump);
    expect((data as KernelDescription).kernel).to.include({ physBase });
    expect(text).to.deep.equal([
      'sysname Linux',
      'release 6.9.1-test',
      'version #1 SMP 6.9.1-test',
      'machine x86_64',
    ]);
  });

  it('gives the time where VMCOREINFO says when the kernel crashed', async () => {
    const { kernel } = guest();
    const { text } = await analyze(
      'kernel-description',
      guest({}, `${kernel.vmcoreInfo}CRASHTIME=1795414016\n`).dump,
    );
    expect(text.at(-1)).to.equal('timestamp 2026-11-23T06:06:56.000Z');
  });

  it('has no answer where there is no kernel', async () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x100000 }] });
    expect(await analyze('kernel-description', emptyDump(memory))).to.deep.equal({
      text: ['no kernel'],
      data: null,
    });
  });
});
