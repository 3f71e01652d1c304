import { VmcoreInfo } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';

/** Lines as Linux 6.1 prints them. */
const text = `OSRELEASE=6.1.0-53-cloud-amd64
BUILD-ID=4fd2a9d5ff0d5a0b0d8a0a1c6b8e7f6a5d4c3b2a
PAGESIZE=4096
SYMBOL(init_top_pgt)=ffffffffa8e10000
NUMBER(phys_base)=-700448768
NUMBER(pgtable_l5_enabled)=0
KERNELOFFSET=27e00000
OFFSET(list_head.next)=0
`;

describe('VmcoreInfo', () => {
  it('reads phys_base as signed decimal and KERNELOFFSET as hexadecimal', () => {
    const info = new VmcoreInfo(text);
    expect(info.physBase).to.equal(-700448768);
    expect(info.kernelOffset).to.equal(0x27e00000);
    expect(info.symbol('init_top_pgt')).to.equal(0xffffffffa8e10000n);
    expect(info.number('pgtable_l5_enabled')).to.equal(0);
    expect(info.layout('OFFSET(list_head.next)')).to.equal(0);
    expect(info.release).to.equal('6.1.0-53-cloud-amd64');
    expect(info.buildId).to.equal('4fd2a9d5ff0d5a0b0d8a0a1c6b8e7f6a5d4c3b2a');
    expect(info.crashTime).to.equal(undefined);
  });

  it('reads a negative KERNELOFFSET from its two’s complement', () => {
    expect(new VmcoreInfo('KERNELOFFSET=fffffffffe000000').kernelOffset).to.equal(-0x2000000);
  });

  it('reads 64-bit numbers, decimal with a sign or hexadecimal after 0x', () => {
    const info = new VmcoreInfo(
      'NUMBER(kimage_voffset)=0xffffffbff8000000\nNUMBER(least)=-9223372036854775808\nNUMBER(tcr)=0x10\n' +
        'NUMBER(beyond)=-9223372036854775809\nNUMBER(word)=10ff',
    );
    expect(info.bigNumber('kimage_voffset')).to.equal(0xffffffbff8000000n);
    expect(info.number('kimage_voffset')).to.equal(undefined);
    expect(info.bigNumber('least')).to.equal(-(2n ** 63n));
    expect(info.number('tcr')).to.equal(16);
    expect([
      info.bigNumber('beyond'),
      info.bigNumber('word'),
      info.bigNumber('none'),
    ]).to.deep.equal([undefined, undefined, undefined]);
  });

  it('gives undefined, never NaN, for a value that is not a number', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const info = new VmcoreInfo(`NUMBER(phys_base)=${value}\nKERNELOFFSET=${value}`);
        for (const number of [info.physBase, info.kernelOffset]) {
          expect(number === undefined || Number.isSafeInteger(number)).to.equal(true);
        }
      }),
    );
    expect(new VmcoreInfo('NUMBER(phys_base)=0x600000').physBase).to.equal(undefined);
    expect(new VmcoreInfo('NUMBER(phys_base)=99999999999999999999').physBase).to.equal(undefined);
  });

  it('reads no more lines than any kernel writes, of a text of whatever length', () => {
    const info = new VmcoreInfo(
      Array.from({ length: 100_000 }, (_, index) => `KEY${index}=${index}`).join('\n'),
    );
    expect(info.size).to.equal(65_536);
    expect(info.get('KEY65535')).to.equal('65535');
    expect(info.get('KEY65536')).to.equal(undefined);
  });
});
