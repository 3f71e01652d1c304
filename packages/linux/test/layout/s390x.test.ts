import { s390x } from '@vmcorekit/architectures';
import { VmcoreInfo } from '@vmcorekit/core';
import { kernelImageThrough, s390xLayout } from '@vmcorekit/linux';
import { memoryDump, S390xTableBuilder, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

/** The last lines of Debian's 7.2 guest. */
const note = `OSRELEASE=7.2.12+deb14-s390x
SYMBOL(swapper_pg_dir)=3fffff54000
SYMBOL(_stext)=3fffe4a8000
SAMODE31=aa5000
EAMODE31=aa8000
IDENTITYBASE=0
KERNELOFFSET=3fffe3a8000
KERNELOFFPHYS=9a8000
`;
/** Those of its 6.1 guest. */
const noteOf61 = `OSRELEASE=6.1.0-50-s390x
SYMBOL(swapper_pg_dir)=1290000
SYMBOL(_stext)=100000
SAMODE31=1673000
EAMODE31=1676000
KERNELOFFSET=0
`;

function claimOf(text: string): object {
  return s390xLayout.readVmcoreInfo(new VmcoreInfo(text)).claim;
}

describe('the layout of s390x', () => {
  it('reads the place from VMCOREINFO: virtual less physical offset', () => {
    expect(claimOf(note)).to.deep.equal({
      imageOffset: 0x3ff_fda0_0000n,
      linearMapOffset: 0n,
      kaslrOffset: 0x3ff_fe3a_8000,
    });
    expect(claimOf(note.replace('BASE=0', 'BASE=80000000'))).to.deep.include({
      linearMapOffset: 0x8000_0000n,
    });
  });

  it('knows that virtual addresses were physical before 6.10', () => {
    expect(claimOf(noteOf61)).to.deep.equal({
      imageOffset: 0n,
      linearMapOffset: 0n,
      kaslrOffset: 0,
    });
    const moved = noteOf61.replace('=100000', '=5104000').replace('SET=0', 'SET=5004000');
    expect(claimOf(moved)).to.deep.include({ imageOffset: 0n, kaslrOffset: 0x500_4000 });
  });

  it('claims no image offset by a note that is cut before its last line', () => {
    const cut = note.replace(/KERNELOFFPHYS.*\n/, '');
    expect(claimOf(cut)).to.deep.equal({ kaslrOffset: 0x3ff_fe3a_8000 });
    expect(claimOf(note.replace(/KERNELOFF.*\n/g, ''))).to.deep.equal({});
  });

  it('claims no place that Linux cannot choose', () => {
    expect(claimOf(note.replace('PHYS=9a8000', 'PHYS=9a4000'))).to.deep.equal({
      kaslrOffset: 0x3ff_fe3a_8000,
    });
    expect(claimOf(note.replace('SET=3fffe3a8000', 'SET=3fffe3ac000'))).to.deep.equal({});
    expect(claimOf(note.replace('SET=3fffe3a8000', 'SET=zz'))).to.deep.equal({});
  });

  it('has the image anywhere in what the tables serve', () => {
    const endOf = (levels: number): bigint | undefined => {
      const root = s390x.mmu?.rootsAt(0x4000).find((each) => each.levels === levels);
      return root === undefined ? undefined : s390xLayout.imageWindow(root).end;
    };
    expect([2, 3, 4, 5].map(endOf)).to.deep.equal([2n ** 31n, 2n ** 42n, 2n ** 53n, 2n ** 64n]);
    expect(s390xLayout.imageWindow(null)).to.deep.equal({ start: 0n, end: 2n ** 53n });
  });

  it('sees the image where its text is, and not in the map of all memory', () => {
    const megabyte = 0x10_0000;
    const memory = new SparseMemory({
      ranges: [{ start: 0, end: 16 * megabyte }],
      byteOrder: 'big',
    });
    const tables = new S390xTableBuilder(memory, {
      levels: 3,
      root: 0x28_0000,
      tablesFrom: 8 * megabyte,
    });
    const map = (offset: bigint, from: number, to: number, rights: object): void =>
      tables.map({
        virtualAddress: offset + BigInt(from),
        physicalAddress: from,
        lengthInBytes: to - from,
        ...rights,
      });
    // Some code runs with addresses of 31 bits, so the map has a page of it too (amode31).
    map(0n, 0, 0x5_0000, { isWritable: true });
    map(0n, 0x5_0000, 0x5_1000, { isExecutable: true });
    map(0n, 0x5_1000, 0x30_0000, { isWritable: true });
    const imageOffset = 0x3ff_fda0_0000n;
    map(imageOffset, megabyte, 0x20_0000, { isExecutable: true });
    map(imageOffset, 0x20_0000, 0x30_0000, { isWritable: true });
    const root = s390x.mmu?.rootOf(new Map([['cr13', tables.asce]]));
    const dump = memoryDump({ memory, architecture: s390x, layout: s390xLayout });
    const image = root === undefined ? undefined : kernelImageThrough(dump, root);
    expect(image?.imageOffset).to.equal(imageOffset);
    expect(image?.runs.map(({ lengthInBytes }) => lengthInBytes)).to.deep.equal([
      megabyte,
      megabyte,
    ]);
  });

  it('names the numbers as VMCOREINFO does, and none before 6.10', () => {
    const place = { imageOffset: 0x3ff_fda0_0000n, linearMapOffset: 0n, root: null };
    expect(s390xLayout.numbersOf?.({ ...place, kaslrOffset: 0x3ff_fe3a_8000 })).to.deep.equal({
      KERNELOFFSET: 0x3ff_fe3a_8000n,
      KERNELOFFPHYS: 0x9a_8000n,
      IDENTITYBASE: 0n,
    });
    expect(s390xLayout.numbersOf?.({ ...place, linearMapOffset: null })).to.deep.equal({});
    expect(s390xLayout.numbersOf?.({ ...place, imageOffset: 0n, kaslrOffset: 0 })).to.deep.equal(
      {},
    );
  });
});
