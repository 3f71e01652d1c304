import type { ByteSource } from '@vmcorekit/core';
import { LimeFormat } from '@vmcorekit/format-lime';
import { buildLime, openFormat } from '@vmcorekit/testing';
import { expect } from 'chai';
import { damageOf, openLime, pattern, statesOf } from './opened.ts';

const page = 0x1000;
const low = { s_addr: 0x1000, data: pattern(0x2c00, 1) };
const high = { s_addr: 0x10000, data: pattern(0x4000, 2) };

describe('damaged LiME files', () => {
  it('that are cut within a range are read up to there', async () => {
    const bytes = buildLime([low, high]);
    using image = await openLime(bytes.subarray(0, bytes.length - 0x1800));
    expect(statesOf(image, 0x14000).slice(3)).to.deep.equal([
      'stored 10000-12800',
      'corrupt 12800-14000',
    ]);
    expect(damageOf(image)).to.deep.equal(['file-truncated page 5440']);
  });

  it('that are cut within a header hold the ranges before it', async () => {
    const bytes = buildLime([low, high]);
    using image = await openLime(bytes.subarray(0, 32 + 0x2c00 + 20));
    expect(image.memory.ranges).to.deep.equal([{ start: 0x1000, end: 0x3c00 }]);
    expect(damageOf(image)).to.deep.equal(['file-truncated memory 2c20']);
  });

  it('with a range that a failed write ended go on at the next header, not shifted', async () => {
    const failed = { ...high, data: high.data.subarray(0, page), e_addr: 0x13fff };
    const next = { s_addr: 0x20000, data: pattern(0x2000, 3) };
    using image = await openLime(buildLime([low, failed, next]));
    expect(statesOf(image, 0x22000).slice(3)).to.deep.equal([
      'stored 10000-11000',
      'corrupt 11000-14000',
      'absent 14000-20000',
      'stored 20000-22000',
    ]);
    expect(image.memory.read(0x20000, 0x2000)).to.deep.equal(next.data);
    expect(damageOf(image)).to.deep.equal(['range-ends-early page 3c40']);
    expect(image.damage[0]?.detail).to.equal(
      'the range from 0x10000 to 0x13fff ends 12288 bytes early, at 0x3c40, where the next header stands: a write failed while it was captured',
    );
  });

  it('take no copy of a header in memory for the next one', async () => {
    const copy = buildLime([{ s_addr: 0x1000, data: pattern(16, 4) }]);
    const odd = buildLime([{ s_addr: 0x20000, data: pattern(16, 5) }]);
    const data = high.data.slice();
    data.set(copy, 2 * page);
    data.set(odd, page + 0x20);
    const bytes = buildLime([{ ...high, data }]);
    using image = await openLime(bytes.subarray(0, bytes.length - 0x800));
    expect(damageOf(image)).to.deep.equal(['file-truncated page 3820']);
  });

  it('whose header is overwritten go on after the range that it hides', async () => {
    const bytes = buildLime([low, high, { s_addr: 0x20000, data: pattern(0x800, 3) }]);
    bytes.fill(0xff, 32 + 0x2c00, 32 + 0x2c00 + 8);
    using image = await openLime(bytes);
    expect(image.memory.ranges).to.deep.equal([
      { start: 0x1000, end: 0x3c00 },
      { start: 0x20000, end: 0x20800 },
    ]);
    expect(damageOf(image)).to.deep.equal(['memory-unplaced memory 2c20']);
    expect(image.damage[0]?.detail).to.equal(
      '16416 bytes at 0x2c20, after the range up to 0x3bff, follow no LiME header',
    );
  });

  // The kernel, in the second range, was lost with it.
  it('whose first address is too low go on at the next header, without that range', async () => {
    const whole = buildLime([low, high, { s_addr: 0x20000, data: pattern(0x800, 3) }]);
    const bytes = whole.slice();
    bytes.fill(0, 8, 16);
    using image = await openLime(bytes);
    expect(image.memory.ranges).to.deep.equal([
      { start: 0x10000, end: 0x14000 },
      { start: 0x20000, end: 0x20800 },
    ]);
    expect(image.memory.read(0x10000, 0x4000)).to.deep.equal(high.data);
    expect(damageOf(image)).to.deep.equal(['memory-unplaced memory 20']);
    expect(image.damage[0]?.detail).to.equal(
      'the header of the range from 0x0 to 0x3bff states 15360 bytes, but the next header stands at 0x2c20, after 11264: one of its addresses is wrong, so these bytes at 0x20 are left out',
    );
  });

  it('take no header before its place that does not lead to the end of the file', async () => {
    const bytes = buildLime([low, high]);
    bytes.fill(0, 8, 16);
    using image = await openLime(bytes.subarray(0, bytes.length - 1));
    expect(image.memory.ranges[0]).to.deep.equal({ start: 0, end: 0x3c00 });
  });

  it('are whole if zeros follow the last range, as on a device that is not cut', async () => {
    using image = await openLime(Buffer.concat([buildLime([low, high]), Buffer.alloc(0x5000)]));
    expect(image.damage).to.deep.equal([]);
    expect(image.memory.ranges).to.have.length(2);
  });

  it('are searched for a header that may follow only so far, and that is reported', async () => {
    const head = buildLime([{ s_addr: 0, e_addr: 2n ** 40n, data: new Uint8Array(0) }]);
    const file: ByteSource = {
      name: 'huge.lime',
      sizeInBytes: 2 ** 39,
      readInto(offset, target) {
        target.fill(0);
        target.set(head.subarray(Math.min(offset, head.length)).subarray(0, target.length));
        return target.length;
      },
      [Symbol.dispose]: () => {},
    };
    using image = await openFormat(new LimeFormat(), [file]);
    expect(damageOf(image).slice(0, 2)).to.deep.equal([
      'header-not-searched nothing 40000020',
      'file-truncated page 8000000000',
    ]);
  });

  it('with ranges that overlap give the first in the file, and say so', async () => {
    const over = { s_addr: 0x11000, data: pattern(0x4000, 3) };
    using image = await openLime(buildLime([high, over]));
    expect(image.memory.read(0x11000, 0x3000)).to.deep.equal(high.data.subarray(0x1000));
    expect(image.memory.read(0x14000, 0x1000)).to.deep.equal(over.data.subarray(0x3000));
    expect(damageOf(image)).to.deep.equal(['ranges-overlap nothing ']);
  });
});
