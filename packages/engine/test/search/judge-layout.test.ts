import { judgeByPages, judgeLayout } from '@vmcorekit/engine/testing';
import { expect } from 'chai';

const gib = 2 ** 30;
const mib = 2 ** 20;

function layout(...ranges: readonly (readonly [start: number, end: number])[]) {
  let fileOffset = 0;
  return {
    placed: ranges.map(([start, end]) => {
      const placed = { address: start, lengthInBytes: end - start, fileOffset };
      fileOffset += end - start;
      return placed;
    }),
  };
}

function ram(...ranges: readonly (readonly [start: number, end: number])[]) {
  return ranges.map(([start, end]) => ({ start, end }));
}

const hole3 = layout([0, 3 * gib], [4 * gib, 5 * gib]);
const truth = ram([0x1000, 0x9_fc00], [mib, 3 * gib - mib], [4 * gib, 5 * gib]);

describe('a layout, held against the memory that the kernel knows of', () => {
  it('is proved where all of that lies in it, and ends where it ends', () => {
    expect(judgeLayout(hole3, truth).outcome).to.equal('proved');
  });

  it('is denied where some of that lies outside', () => {
    const hole2 = layout([0, 2 * gib], [4 * gib, 6 * gib]);
    expect(judgeLayout(hole2, truth).outcome).to.equal('denied');
    expect(judgeLayout(layout([0, 4 * gib]), truth).because).to.contain('0x140000000');
  });

  it('is not denied where the file may be cut', () => {
    const cut = layout([0, 3 * gib], [4 * gib, 4 * gib + 512 * mib]);
    expect(judgeLayout(cut, truth).outcome).to.equal('open');
    expect(judgeLayout(layout([0, 128 * mib]), ram([mib, 255 * mib])).outcome).to.equal('open');
  });

  it('is not proved by a kernel that uses less memory than there is', () => {
    expect(judgeLayout(hole3, ram([mib, gib])).outcome).to.equal('open');
    const padded = layout([0, 3 * gib], [4 * gib, 6 * gib]);
    expect(judgeLayout(padded, truth).outcome).to.equal('open');
  });

  it('may end after that where firmware keeps the last part, if it has no hole', () => {
    const whole = layout([0, 256 * mib]);
    expect(judgeLayout(whole, ram([mib, 250 * mib])).outcome).to.equal('proved');
    expect(judgeLayout(layout([0, 2 * gib]), ram([mib, gib])).outcome).to.equal('open');
  });

  it('counts places that follow each other as one', () => {
    const banks = layout([0, 128 * mib], [128 * mib, 256 * mib]);
    expect(judgeLayout(banks, ram([mib, 255 * mib])).outcome).to.equal('proved');
  });

  it('is open where that cannot be read', () => {
    expect(judgeLayout(hole3, null).outcome).to.equal('open');
    expect(judgeLayout(hole3, []).outcome).to.equal('open');
  });

  it('is denied by a single page of memory that lies outside, and never proved by one', () => {
    const pages = ram([3 * gib - 0x1000, 3 * gib], [5 * gib - 0x1000, 5 * gib]);
    expect(judgeByPages(layout([0, 4 * gib]), pages)?.because).to.equal(
      'the kernel has memory from 0x13ffff000 to 0x140000000, where the file has none',
    );
    const splitTooLow = layout([0, 0x9000_0000], [4 * gib, 0x1_7000_0000]);
    expect(judgeByPages(splitTooLow, pages)?.outcome).to.equal('denied');
    expect(judgeByPages(hole3, pages)).to.equal(null);
    expect(judgeByPages(hole3, [])).to.equal(null);
  });
});
