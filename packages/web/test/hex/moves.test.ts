import { expect } from 'chai';
import { moved } from '../../dist/page/hex/moves.js';

const extent = { start: 0n, end: 0x1000n };
const steps = { bytesPerRow: 16, visibleRows: 11 };
const press = (from: bigint, key: string, ctrlKey = false) =>
  moved(from, { key, ctrlKey }, extent, steps);

describe('keys of the hex view', () => {
  it('move by a byte, a row and a page', () => {
    expect(press(0x123n, 'ArrowRight')).to.equal(0x124n);
    expect(press(0x123n, 'ArrowUp')).to.equal(0x113n);
    expect(press(0x123n, 'PageDown')).to.equal(0x123n + 160n);
    expect(press(0x123n, 'Home')).to.equal(0x120n);
    expect(press(0x123n, 'End')).to.equal(0x12fn);
  });

  it('stop at the ends of the space, and keep the column there', () => {
    expect(press(0n, 'ArrowLeft')).to.equal(0n);
    expect(press(5n, 'ArrowUp')).to.equal(5n);
    expect(press(0xff5n, 'ArrowDown')).to.equal(0xff5n);
    expect(press(0x10n, 'PageUp')).to.equal(0n);
    expect(press(0xff0n, 'PageDown')).to.equal(0xfffn);
    expect(press(0x123n, 'Home', true)).to.equal(0n);
    expect(press(0x123n, 'End', true)).to.equal(0xfffn);
  });

  it('leave other keys alone', () => {
    expect(press(0n, 'Tab')).to.equal(undefined);
  });
});
