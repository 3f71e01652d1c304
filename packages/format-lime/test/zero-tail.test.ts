import { buildLime } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { damageOf, openLime } from './opened.ts';

const page = 0x1000;
const pages = 4200;
const start = 0x100000;

/** A range with a byte in each page before `dataPages`, and zeros from there on. */
function rangeWith(dataPages: number, total: number = pages): Uint8Array {
  const data = new Uint8Array(total * page);
  for (let index = 0; index < dataPages; index++) {
    data[index * page + (index % page)] = 1;
  }
  return buildLime([{ s_addr: start, data }]);
}

describe('zeros at the end of a range', () => {
  it('are reported with the address from which on memory is zero', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: Math.floor((pages * 7) / 8) }), async (data) => {
        using image = await openLime(rangeWith(data));
        expect(image.damage.map(({ detail }) => detail.split(' (')[0])).to.deep.equal([
          `memory is zero from 0x${(start + data * page).toString(16)} to the end of its range at 0x1167fff`,
        ]);
        expect(damageOf(image)).to.deep.equal([
          `range-zero-tail page ${(32 + data * page).toString(16)}`,
        ]);
        expect(image.memory.pageState(start / page + data)).to.equal('stored');
      }),
      { numRuns: 8 },
    );
  });

  it('are reported where they are just an eighth of the range', async () => {
    // It depended on which pages were looked at.
    using image = await openLime(rangeWith(3674));
    expect(damageOf(image)).to.deep.equal([
      `range-zero-tail page ${(32 + 3674 * page).toString(16)}`,
    ]);
  });

  it('are nothing to report in less than an eighth of a range', async () => {
    using image = await openLime(rangeWith(Math.floor((pages * 7) / 8) + 1));
    expect(image.damage).to.deep.equal([]);
  });

  it('are nothing to report in a range of 16 MiB, as AVML cuts them, or of zeros alone', async () => {
    using small = await openLime(rangeWith(1, 4096));
    expect(small.damage).to.deep.equal([]);
    using empty = await openLime(rangeWith(0));
    expect(empty.damage).to.deep.equal([]);
  });
});
