import { buildElf } from '@vmcorekit/testing';
import { expect } from 'chai';
import { openBytes, pattern } from './opened.ts';

const count = 0xffff + 3;

/** More segments than e_phnum can say: physical pages that share one page of the file. */
const many = buildElf({
  segments: Array.from({ length: count }, (_, index) => ({
    p_paddr: 2 * 4096 * index,
    p_filesz: 4096,
    ...(index === 0 ? { data: pattern(4096, 1) } : { p_offset: 64 + 56 * count }),
  })),
  sections: [],
  hasExtendedCount: true,
});

function withNullSectionInfo(sh_info: number): Uint8Array {
  const bytes = many.bytes.slice();
  new DataView(bytes.buffer).setUint32(many.sectionHeadersAt + 44, sh_info, true);
  return bytes;
}

describe('the count of program headers', () => {
  it('lies in the null section where there are 65535 or more', async () => {
    const image = await openBytes(many.bytes);
    expect(image.memory.ranges).to.have.length(count);
    expect(image.damage).to.deep.equal([]);
    expect(image.memory.read(2 * 4096 * (count - 1), 4096)).to.deep.equal(pattern(4096, 1));
  });

  for (const [what, nullSectionInfo] of [
    ['too large a number', 0xfffffff0],
    ['one more than there are', count + 1],
    ['too small a number', 17],
    ['nothing', 0],
  ] as const) {
    it(`is counted where older QEMU left ${what} there`, async () => {
      const image = await openBytes(withNullSectionInfo(nullSectionInfo));
      expect(image.memory.ranges).to.have.length(count);
      expect(image.damage.map((condition) => condition.name)).to.deep.equal([
        'program-header-count',
      ]);
    });
  }

  it('is counted where the section headers are not in the file', async () => {
    const bytes = many.bytes.slice();
    new DataView(bytes.buffer).setBigUint64(40, 1n << 40n, true);
    const image = await openBytes(bytes);
    expect(image.memory.ranges).to.have.length(count);
    expect(image.damage.map((condition) => condition.name)).to.deep.equal(['program-header-count']);
  });

  it('is cut to those in the file where that was cut off', async () => {
    const { bytes } = buildElf({
      segments: [{ data: pattern(64, 1) }, { p_paddr: 0x1000, data: pattern(64, 2) }],
    });
    const image = await openBytes(bytes.slice(0, 64 + 56 + 20));
    expect(image.memory.pageState(0)).to.equal('corrupt');
    expect(image.damage.map((condition) => condition.name)).to.deep.equal([
      'file-truncated',
      'file-truncated',
    ]);
  });
});
