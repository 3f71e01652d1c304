import { i386 } from '@vmcorekit/architectures';
import { VmcoreInfo } from '@vmcorekit/core';
import { i386Layout, vmcoreInfoClaim } from '@vmcorekit/linux';
import { memoryDump, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

/** The lines of Debian's 6.1 guests that place a kernel. */
const plain = `OSRELEASE=6.1.0-50-686
PAGESIZE=4096
SYMBOL(swapper_pg_dir)=cae74000
SYMBOL(_stext)=ca000000
`;
const withPae = `OSRELEASE=6.1.0-50-686-pae
PAGESIZE=4096
SYMBOL(swapper_pg_dir)=c4e98000
SYMBOL(_stext)=c4000000
CONFIG_X86_PAE=y
`;

function claimOf(text: string): ReturnType<typeof vmcoreInfoClaim> {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x1000_0000 }] });
  const dump = memoryDump({ memory, architecture: i386, layout: i386Layout });
  return vmcoreInfoClaim(new VmcoreInfo(text), dump);
}

describe("i386's kernel layout", () => {
  it('finds the root in VMCOREINFO, with PAE and without', () => {
    expect([plain, withPae].map((text) => claimOf(text).root?.key)).to.deep.equal([
      '182927360/2',
      '82411520/3',
    ]);
    expect([0xae7_4000, 0x4e9_8000]).to.deep.equal([182_927_360, 82_411_520]);
  });

  it('has one image offset and claims no KASLR offset', () => {
    expect(claimOf(plain)).to.deep.include({ imageOffset: 0xc000_0000n });
    expect(claimOf(plain)).not.to.have.property('kaslrOffset');
    expect([i386Layout.imageOffsetOf({}), i386Layout.physBaseOf(0xc000_0000n)]).to.deep.equal([
      0xc000_0000n,
      null,
    ]);
  });

  it('takes no root below the window of the kernel', () => {
    expect(claimOf(plain.replace('cae74000', '8ae74000'))).not.to.have.property('root');
  });
});
