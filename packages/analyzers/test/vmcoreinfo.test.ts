import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { analyze, emptyDump, guest } from './guest.ts';

const nothing = (): SparseMemory => new SparseMemory({ ranges: [{ start: 0, end: 0x100000 }] });

describe('vmcoreinfo', () => {
  it('prints what the file has, and says so', async () => {
    const { text, data } = await analyze(
      'vmcoreinfo',
      emptyDump(nothing(), 'OSRELEASE=6.1.0\nPAGESIZE=4096\n'),
    );
    expect(text).to.deep.equal([
      'VMCOREINFO from the file',
      '',
      'OSRELEASE=6.1.0',
      'PAGESIZE=4096',
    ]);
    expect(data).to.deep.equal({
      from: 'file',
      virtualAddress: null,
      text: 'OSRELEASE=6.1.0\nPAGESIZE=4096\n',
    });
  });

  it("follows the kernel's own pointer where the file has none", async () => {
    const { dump, kernel } = guest();
    const { text, data } = await analyze('vmcoreinfo', dump);
    expect(data).to.deep.include({ from: 'memory', text: kernel.vmcoreInfo });
    expect(text[0]).to.match(
      /^VMCOREINFO from memory, at 0xffff[0-9a-f]{12}, by the kernel's own pointer$/,
    );
  });

  it('looks only where the options say', async () => {
    const { dump, kernel } = guest({}, 'OSRELEASE=of the file\n');
    expect((await analyze('vmcoreinfo', dump)).data).to.include({ from: 'file' });
    expect((await analyze('vmcoreinfo', dump, { from: 'memory' })).data).to.include({
      from: 'memory',
      text: kernel.vmcoreInfo,
    });
    expect((await analyze('vmcoreinfo', guest().dump, { from: 'file' })).text).to.deep.equal([
      'no VMCOREINFO: the file has none',
    ]);
  });

  it('has no answer where there is none, and says why', async () => {
    expect(await analyze('vmcoreinfo', emptyDump(nothing()))).to.deep.equal({
      text: ['no VMCOREINFO: the file has none, and no kernel was found in memory'],
      data: null,
    });
    expect((await analyze('vmcoreinfo', guest({ kallsyms: null }).dump)).text[0]).to.match(
      /no symbols in memory/,
    );
    expect((await analyze('vmcoreinfo', guest({ vmcoreInfoAt: null }).dump)).data).to.equal(null);
  });
});
