import { BufferSource, CachedSource, isVmcorekitError, VmcorekitError } from '@vmcorekit/core';
import { ElfFormat } from '@vmcorekit/format-elf';
import { buildElf, openFormat } from '@vmcorekit/testing';
import { expect } from 'chai';

const pages = 40;
const pageSizeInBytes = 4096;

/** A file in a container whose bytes in [from, to) cannot be decoded. */
class Damaged extends BufferSource {
  from = 0;
  to = 0;

  override readInto(offset: number, target: Uint8Array): number {
    if (offset < this.to && offset + target.length > this.from) {
      throw new VmcorekitError('bad-data', { codec: 'lz4', because: 'damaged', fileOffset: 7 });
    }
    return super.readInto(offset, target);
  }
}

describe('an ELF dump in a compressed file with a damaged block', () => {
  it('loses only the pages in that block, and says where it lies', async () => {
    const bytes = new Uint8Array(pages * pageSizeInBytes).map((_, at) => at >> 12);
    const { bytes: file, segmentOffsets } = buildElf({
      segments: [{ p_paddr: 0x10_0000, data: bytes }],
    });
    const source = new Damaged(file);
    const [start = 0] = segmentOffsets;
    source.from = start + 20 * pageSizeInBytes;
    source.to = start + 22 * pageSizeInBytes;
    const { memory } = await openFormat(new ElfFormat(), [new CachedSource(source)]);
    for (const page of [0, 19, 22, 39]) {
      expect(memory.read(0x10_0000 + page * pageSizeInBytes, pageSizeInBytes)[9]).to.equal(page);
    }
    for (const [address, page] of [
      [0x11_4000, 20],
      [0x11_5008, 21],
    ] as const) {
      try {
        memory.readUint64(address);
        throw new Error(`page ${page} was read`);
      } catch (error) {
        if (!isVmcorekitError(error, 'page-unreadable')) {
          throw error;
        }
        expect(error.facts).to.include({ pfn: 0x100 + page, state: 'corrupt' });
        expect(error.facts.because).to.equal('lz4 at file offset 0x7: damaged');
      }
    }
    expect(() => memory.read(0x10_0000, pages * pageSizeInBytes)).to.throw(/page 0x114 /);
    expect(memory.readUint32(0x11_3000)).to.equal(0x13131313);
  });
});
