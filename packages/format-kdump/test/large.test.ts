import { type ByteSource, CachedSource, CountingSource } from '@vmcorekit/core';
import { KdumpFormat } from '@vmcorekit/format-kdump';
import { buildKdump, openFormat } from '@vmcorekit/testing';
import { expect } from 'chai';
import { context, failure } from './support/dump.ts';

const pageSizeInBytes = 4096;

/**
 * A file of a size that no test could write: every page is dumped, all share one zero page but the
 * last.
 */
function largeDump(maxMapnr: number): ByteSource & { readonly lastPage: Uint8Array } {
  const bitmapBlocks = Math.ceil(maxMapnr / 8 / pageSizeInBytes);
  const fields = {
    max_mapnr: Math.min(maxMapnr, 0xffffffff),
    max_mapnr_64: maxMapnr,
    bitmap_blocks: 2 * bitmapBlocks,
  };
  const { bytes: head, bitmapsAt } = buildKdump({ pages: [], fields });
  const descriptorsAt = bitmapsAt + 2 * bitmapBlocks * pageSizeInBytes;
  const dataAt = descriptorsAt + 24 * maxMapnr;
  const lastPage = new Uint8Array(pageSizeInBytes).fill(7);
  return {
    name: 'large',
    sizeInBytes: dataAt + 2 * pageSizeInBytes,
    lastPage,
    readInto(offset, target) {
      target.fill(0);
      target.set(head.subarray(offset, Math.min(bitmapsAt, offset + target.length)));
      target.fill(
        0xff,
        clamp(bitmapsAt - offset, target.length),
        clamp(descriptorsAt - offset, target.length),
      );
      const view = new DataView(target.buffer, target.byteOffset, target.length);
      const first = Math.max(0, Math.ceil((offset - descriptorsAt) / 24));
      for (let index = first; index < maxMapnr; index++) {
        const at = descriptorsAt + 24 * index - offset;
        if (at + 24 > target.length) {
          break;
        }
        view.setBigUint64(
          at,
          BigInt(index === maxMapnr - 1 ? dataAt + pageSizeInBytes : dataAt),
          true,
        );
        view.setUint32(at + 8, pageSizeInBytes, true);
      }
      target.fill(7, clamp(dataAt + pageSizeInBytes - offset, target.length));
      return Math.min(target.length, this.sizeInBytes - offset);
    },
    [Symbol.dispose]() {},
  };
}

function clamp(at: number, length: number): number {
  return Math.max(0, Math.min(at, length));
}

describe('a KDUMP file of a guest of many TiB', () => {
  it('is opened by one look over a bitmap, and a page at its end read by little more', async () => {
    const maxMapnr = 2 ** 28;
    const source = largeDump(maxMapnr);
    const counted = new CountingSource(source);
    const image = await openFormat(new KdumpFormat(), [new CachedSource(counted)], context);
    expect(image.damage).to.deep.equal([]);
    expect(counted.bytesRead).to.be.lessThan(maxMapnr / 8 + 2 ** 20);
    expect(image.memory.pageState(maxMapnr - 2)).to.equal('zero');
    expect(image.memory.read((maxMapnr - 1) * pageSizeInBytes, pageSizeInBytes)).to.deep.equal(
      source.lastPage,
    );
    expect([...image.memory.storedRuns((maxMapnr - 3000) * pageSizeInBytes)]).to.deep.equal([
      { start: (maxMapnr - 1) * pageSizeInBytes, end: maxMapnr * pageSizeInBytes },
    ]);
    expect(counted.bytesRead).to.be.lessThan(maxMapnr / 8 + 2 ** 21);
  });

  it('may have more pages than 32 bits count', async () => {
    const maxMapnr = 2 ** 32 + 5;
    const source = largeDump(maxMapnr);
    const image = await openFormat(new KdumpFormat(), [new CachedSource(source)], context);
    expect(image.header.get('max_mapnr')).to.equal(0xffffffff);
    expect(image.memory.read(2 ** 32 * pageSizeInBytes, 1)).to.deep.equal(Uint8Array.of(0));
    expect(image.memory.read((maxMapnr - 1) * pageSizeInBytes, 3)).to.deep.equal(
      Uint8Array.of(7, 7, 7),
    );
  });

  it('opens and reads its first pages without scanning a bitmap that takes long', async () => {
    const counted = new CountingSource(largeDump(2 ** 35));
    const image = await openFormat(new KdumpFormat(), [new CachedSource(counted)], context);
    expect(image.memory.read(7 * pageSizeInBytes, 1)).to.deep.equal(Uint8Array.of(0));
    expect(counted.bytesRead).to.be.lessThan(2 ** 20);
  });

  it('is refused where its bitmap could keep a reader busy for minutes', async () => {
    expect(
      await failure(() => openFormat(new KdumpFormat(), [largeDump(2 ** 37)], context)),
    ).to.have.property('code', 'unsupported');
  });
});
