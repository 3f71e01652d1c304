import { BufferSource } from '@vmcorekit/core';
import { ElfFormat } from '@vmcorekit/format-elf';
import { buildElf, openFormat } from '@vmcorekit/testing';
import { expect } from 'chai';
import { openBytes, pattern } from '../opened.ts';

const megabyte = 1 << 20;
const large = pattern(40 * megabyte, 1);

describe('views of memory', () => {
  it('stay right while their callback reads more than the cache holds', async () => {
    const { memory } = await openBytes(buildElf({ segments: [{ data: large }] }).bytes);
    memory.withView(0x5000, 4096, (view) => {
      for (let address = 0; address < large.length; address += megabyte / 16) {
        memory.readUint32(address);
      }
      expect(view).to.deep.equal(large.slice(0x5000, 0x6000));
    });
  });

  it('read the same the second time, from the cache or from the file', async () => {
    const { memory } = await openBytes(buildElf({ segments: [{ data: large }] }).bytes);
    for (const round of [1, 2]) {
      for (let address = 0; address < large.length; address += 3 * 4096) {
        expect(
          memory.withView(address, 4, (view) => view.join()),
          `round ${round}`,
        ).to.equal(large.subarray(address, address + 4).join());
      }
    }
  });

  it('are refused where the file gives less than it promised', async () => {
    const { bytes, segmentOffsets } = buildElf({
      segments: [{ p_paddr: 0x1000, data: large.slice(0, 0x4000) }],
    });
    const source = new BufferSource(bytes);
    const image = await openFormat(new ElfFormat(), [
      {
        name: 'shrinking',
        sizeInBytes: bytes.length,
        readInto: (offset: number, target: Uint8Array) =>
          source.readInto(offset, target.subarray(0, 0x2800)),
        [Symbol.dispose]: () => {},
      },
    ]);
    expect(() => image.memory.readUint32(0x1000))
      .to.throw('is corrupt: the file ended early')
      .with.property('facts')
      .that.includes({ state: 'corrupt', fileOffset: (segmentOffsets[0] ?? 0) + 0x2800 });
  });

  it('are not left over from before, when a read of the file fails', async () => {
    const { bytes } = buildElf({ segments: [{ data: large }] });
    const source = new BufferSource(bytes);
    let isBroken = false;
    const image = await openFormat(new ElfFormat(), [
      {
        name: 'breaking',
        sizeInBytes: bytes.length,
        readInto(offset: number, target: Uint8Array): number {
          if (isBroken) {
            target.fill(0xee);
            throw new Error('the disk broke');
          }
          return source.readInto(offset, target);
        },
        [Symbol.dispose]: () => {},
      },
    ]);
    for (let address = 0; address < 30 * megabyte; address += megabyte / 16) {
      image.memory.readUint32(address);
    }
    const current = 30 * megabyte - megabyte / 16;
    isBroken = true;
    for (let address = 30 * megabyte; address < large.length; address += megabyte / 8) {
      expect(() => image.memory.readUint32(address)).to.throw('the disk broke');
    }
    isBroken = false;
    expect(image.memory.read(current, 64)).to.deep.equal(large.slice(current, current + 64));
  });
});
