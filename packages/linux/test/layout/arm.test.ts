import { arm } from '@vmcorekit/architectures';
import { VmcoreInfo } from '@vmcorekit/core';
import { armLayout } from '@vmcorekit/linux';
import { expect } from 'chai';

/** The lines of Debian's guests that place a kernel, whose `_text` is c0208000. */
const notes = {
  short: 'SYMBOL(swapper_pg_dir)=c0204000\nSYMBOL(_stext)=c0300000\n',
  lpae: 'SYMBOL(swapper_pg_dir)=c0203000\nSYMBOL(_stext)=c0400000\nCONFIG_ARM_LPAE=y\n',
};

describe("arm's kernel layout", () => {
  it('places the text after the root table of VMCOREINFO, with LPAE and without', () => {
    expect(
      Object.values(notes).map((text) => armLayout.readVmcoreInfo(new VmcoreInfo(text))),
    ).to.deep.equal([
      { claim: { textVirtualAddress: 0xc020_8000n }, rootTable: 0xc020_4000n, levels: 2 },
      { claim: { textVirtualAddress: 0xc020_8000n }, rootTable: 0xc020_3000n, levels: 3 },
    ]);
  });

  it('claims nothing of a note without a root in the window', () => {
    for (const text of ['', 'SYMBOL(swapper_pg_dir)=80204000\n']) {
      expect(armLayout.readVmcoreInfo(new VmcoreInfo(text))).to.deep.equal({ claim: {} });
    }
  });

  it('knows no offset but by what is found, and is of the architecture arm', () => {
    expect([armLayout.imageOffsetOf({}), armLayout.physBaseOf(0x8000_0000n)]).to.deep.equal([
      undefined,
      null,
    ]);
    expect(armLayout.name).to.equal(arm.name);
  });
});
