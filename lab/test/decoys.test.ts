import { buildDecoys } from '@vmcorekit/lab/initramfs/decoys';
import { buildForgery } from '@vmcorekit/lab/initramfs/forgery';
import { expect } from 'chai';

describe('decoys', () => {
  const pages = buildDecoys('6.1.0').filter(({ path }) => path.includes('/vmcoreinfo-'));

  it('are whole pages that start like the note they imitate', () => {
    expect(pages).to.have.length.above(1);
    for (const { data } of pages) {
      const page = Buffer.from(data);
      const [nameSize, textSize, type] = [0, 4, 8].map((at) => page.readUInt32LE(at));
      expect([page.length, nameSize, type]).to.deep.equal([4096, 11, 0]);
      expect(page.toString('latin1', 12, 23)).to.equal('VMCOREINFO\0');
      const text = page.toString('latin1', 24, 24 + (textSize ?? 0));
      expect(text).to.match(/^OSRELEASE=6\.1\.0\n[\s\S]*NUMBER\(phys_base\)=-?\d+\n[\s\S]*\n$/);
    }
  });

  it('claim different places, each one a multiple of 2 MB', () => {
    const claims = pages.map(({ data }) =>
      Number(/NUMBER\(phys_base\)=(-?\d+)/.exec(Buffer.from(data).toString('latin1'))?.[1]),
    );
    expect(new Set(claims).size).to.equal(pages.length);
    expect(claims.filter((claim) => claim % 0x200000 !== 0)).to.deep.equal([]);
  });
});

describe('the forgery', () => {
  it('starts from a program that maps one huge page and begins inside its own file', () => {
    const program = Buffer.from(
      buildForgery('6.1.0').find(({ path }) => path === 'lab/pause')?.data ?? [],
    );
    expect(program.toString('latin1', 0, 4)).to.equal('\x7fELF');
    const [loadAddress, sizeInMemory] = [80, 104].map((at) => Number(program.readBigUInt64LE(at)));
    const entryOffset = Number(program.readBigUInt64LE(24)) - (loadAddress ?? 0);
    expect(sizeInMemory).to.equal(0x200000);
    expect(entryOffset).to.be.within(120, program.length - 1);
  });
});
