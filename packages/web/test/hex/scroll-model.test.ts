import { expect } from 'chai';
import { ScrollModel } from '../../dist/page/hex/scroll-model.js';

const all = { start: 0n, end: 1n << 64n };

describe('the scroll model', () => {
  it('keeps rows at multiples of their size, from the first to the last of 2^64', () => {
    const scroll = new ScrollModel(all, 16, 40);
    scroll.moveToFraction(1);
    expect(scroll.top).to.equal((1n << 64n) - 40n * 16n);
    expect(scroll.fraction).to.equal(1);
    scroll.moveToFraction(0.3);
    expect(scroll.top % 16n).to.equal(0n);
    expect(scroll.fraction).to.be.closeTo(0.3, 1e-12);
    scroll.moveToFraction(0);
    expect(scroll.top).to.equal(0n);
  });

  it('scrolls by parts of rows, and stops at both ends', () => {
    const scroll = new ScrollModel({ start: 0x1000n, end: 0x2000n }, 16, 10);
    scroll.scrollBy(2.75);
    expect([scroll.top, scroll.offset]).to.deep.equal([0x1020n, 0.75]);
    scroll.scrollBy(-1);
    expect([scroll.top, scroll.offset]).to.deep.equal([0x1010n, 0.75]);
    scroll.scrollBy(-100);
    expect([scroll.top, scroll.offset]).to.deep.equal([0x1000n, 0]);
    scroll.scrollBy(1e9);
    expect([scroll.top, scroll.offset]).to.deep.equal([0x2000n - 160n, 0]);
  });

  it('scrolls no further than an address needs, but centres one that is far', () => {
    const scroll = new ScrollModel(all, 16, 9);
    scroll.reveal(0x80n);
    expect(scroll.top).to.equal(0n);
    scroll.reveal(0x90n);
    expect(scroll.top).to.equal(0x10n);
    scroll.reveal(0x0fn);
    expect(scroll.top).to.equal(0n);
    scroll.reveal(0xffff_ffff_8100_0007n);
    expect(scroll.top).to.equal(0xffff_ffff_8100_0000n - 0x30n);
  });

  it('shows an extent smaller than its height from the start', () => {
    const scroll = new ScrollModel({ start: 0n, end: 0x25n }, 16, 40);
    scroll.scrollBy(5);
    expect([scroll.top, scroll.fraction]).to.deep.equal([0n, 0]);
    expect(scroll.extent.end).to.equal(0x30n);
  });
});
