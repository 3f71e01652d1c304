import { expect } from 'chai';
import fc from 'fast-check';
import { RowPlaces } from '../../dist/page/table/window.js';

describe('the window of a table', () => {
  it('draws the rows in view and a few around them', () => {
    const places = new RowPlaces(150_000, 25);
    const { first, end, topInPixels } = places.windowOf(25_000, 500);
    expect({ first, end, topInPixels }).to.deep.equal({
      first: 988,
      end: 1033,
      topInPixels: 24_700,
    });
  });

  it('begins at the first row and ends at the last', () => {
    const places = new RowPlaces(10, 25);
    expect(places.windowOf(0, 500)).to.deep.equal({ first: 0, end: 10, topInPixels: 0 });
    expect(places.windowOf(10_000, 500)).to.include({ end: 10 });
  });

  it('has nothing to draw of a table without rows', () => {
    expect(new RowPlaces(0, 25).windowOf(0, 500)).to.deep.equal({
      first: 0,
      end: 0,
      topInPixels: 0,
    });
  });

  it('moves the rows after one that is higher', () => {
    const places = new RowPlaces(100, 25);
    expect(places.measure(3, 75)).to.equal(true);
    expect(places.measure(3, 75)).to.equal(false);
    expect(places.topOf(3)).to.equal(75);
    expect(places.topOf(4)).to.equal(150);
    expect(places.height).to.equal(2550);
  });

  it('shows no more rows than a browser can lay out', () => {
    expect(new RowPlaces(10_000_000, 25).height).to.be.at.most(17_000_000);
  });

  it('finds the row at the top of each row, whatever the heights', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (heights) => {
        const places = new RowPlaces(heights.length, 25);
        for (const [index, height] of heights.entries()) {
          places.measure(index, height);
        }
        for (const index of heights.keys()) {
          expect(places.rowAt(places.topOf(index))).to.equal(index);
        }
      }),
    );
  });
});
