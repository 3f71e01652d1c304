import type { ByteSource } from '@vmcorekit/core';
import { ElfFormat } from '@vmcorekit/format-elf';
import { buildElf, openFormat } from '@vmcorekit/testing';
import { expect } from 'chai';

const pageSizeInBytes = 4096;

/**
 * An ELF file of PT_LOADs of one page each, made up as it is read, so that it can be as large as it
 * likes.
 */
function largeElf(segmentCount: number, sizeInBytes: number): ByteSource {
  const head = buildElf({
    programHeadersAt: 128,
    sectionHeadersAt: 64,
    sections: [],
    fields: { e_phoff: 128, e_phnum: 0xffff, e_shnum: 1, e_shstrndx: 0 },
  }).bytes.slice(0, 128);
  new DataView(head.buffer).setUint32(64 + 44, segmentCount, true);
  const entry = new DataView(new ArrayBuffer(56));
  const dataAt = 128 + 56 * segmentCount;
  return {
    name: 'large.elf',
    sizeInBytes,
    readInto(offset, target) {
      for (let at = 0; at < target.length; ) {
        const place = offset + at;
        const index = Math.floor((place - 128) / 56);
        if (place < 128) {
          target[at++] = head[place] ?? 0;
        } else if (index < segmentCount) {
          entry.setUint32(0, 1, true);
          entry.setBigUint64(8, BigInt(dataAt + index * pageSizeInBytes), true);
          entry.setBigUint64(24, BigInt(2 * index * pageSizeInBytes), true);
          entry.setBigUint64(32, BigInt(pageSizeInBytes), true);
          entry.setBigUint64(40, BigInt(pageSizeInBytes), true);
          const inEntry = place - 128 - 56 * index;
          const part = new Uint8Array(entry.buffer).subarray(inEntry, inEntry + target.length - at);
          target.set(part, at);
          at += part.length;
        } else {
          target.fill(Math.floor((place - dataAt) / pageSizeInBytes) & 0xff, at);
          at = target.length;
        }
      }
      return target.length;
    },
    [Symbol.dispose]: () => {},
  };
}

describe('a large ELF dump', () => {
  it('opens with hundreds of thousands of segments, and finds the page of any', async () => {
    const count = 300_000;
    const image = await openFormat(new ElfFormat(), [
      largeElf(count, 128 + count * (56 + pageSizeInBytes)),
    ]);
    expect(image.damage).to.deep.equal([]);
    for (const index of [0, 1, 12_345, count - 1]) {
      expect(image.memory.pageState(2 * index)).to.equal('stored');
      expect(image.memory.pageState(2 * index + 1)).to.equal('absent');
      expect(image.memory.read(2 * index * pageSizeInBytes, 3)).to.deep.equal(
        new Uint8Array(3).fill(index & 0xff),
      );
    }
  });

  it('is refused with more segments than any dump has', async () => {
    const count = (1 << 20) + 5;
    const opened = openFormat(new ElfFormat(), [largeElf(count, 2 ** 45)]);
    expect(await opened.catch((error: unknown) => error))
      .to.have.property('message')
      .that.includes('at most 1048576 are read');
  });
});
