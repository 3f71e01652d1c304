import { expect } from 'chai';
import { ramEndBelowRom } from '../../dist/filters/rom-filter.js';

const mebibyte = 2 ** 20;
const low = { start: 0, end: 0xb0000 };
const ram = { start: 0xc0000, end: 512 * mebibyte };
const video = { start: 0x80000000, end: 0x81000000 };
const rom = { start: 0xfffc0000, end: 2 ** 32 };
const endIn = (...ranges: readonly { start: number; end: number }[]) =>
  ramEndBelowRom({ ranges, pageSizeInBytes: 4096 });

describe('where the RAM ends below devices', () => {
  it('is below the ROM', () => {
    expect(endIn(low, ram, rom)).to.equal(0x20000);
  });

  // An OVMF guest with QEMU's usual graphics card: makedumpfile failed with no reason.
  it('is below the video memory, with ROM above or without', () => {
    expect(endIn(low, ram, video)).to.equal(0x20000);
    expect(endIn(low, ram, video, rom)).to.equal(0x20000);
  });

  for (const [title, ranges] of [
    ['RAM alone', [low, ram]],
    ['RAM of 16 MiB', [low, { start: 0xc0000, end: 16 * mebibyte }]],
    ['RAM above 4 GiB', [low, ram, rom, { start: 2 ** 32, end: 2 ** 33 }]],
    ['a last piece of RAM below 2 GiB', [ram, { start: 0x60000000, end: 0x61000000 }]],
    ['a piece that no BAR can have', [ram, { start: 0x80100000, end: 0x81100000 }]],
    ['a piece of another size', [ram, { start: 0x80000000, end: 0x80a00000 }]],
    ['a large piece', [ram, { start: 0xc0000000, end: 0xd0000000 }]],
    ['devices only', [video, rom]],
    ['memory that touches the ROM', [{ start: 0, end: rom.start }, rom]],
    ['nothing', []],
  ] as const) {
    it(`is not known for ${title}`, () => {
      expect(endIn(...ranges)).to.equal(null);
    });
  }
});
