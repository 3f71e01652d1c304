import { MemoryStore } from '@vmcorekit/core';
import { expect } from 'chai';
import { AccessPoints } from '../../dist/deflate/access-points.js';

describe('access points', () => {
  it('get further apart where there are too many, and keep their own windows', () => {
    const store = new MemoryStore();
    const points = new AccessPoints(store, 100, 8);
    points.add(0, { bit: 0, blockBit: 0 }, new Uint8Array(0));
    for (let start = 100; start <= 4000; start += 100) {
      points.add(
        start,
        { bit: start * 8, blockBit: start * 8 },
        new Uint8Array(50).fill(start % 251),
      );
    }
    expect(points.spanInBytes).to.be.above(100);
    expect(points.count).to.be.within(4, 9);
    expect(store.sizeInBytes).to.be.at.most(8 * 32_768);
    expect(points.starts[0]).to.equal(0);
    for (let index = 1; index < points.count; index++) {
      const start = points.starts[index] ?? 0;
      expect(points.place(index).bit).to.equal(start * 8);
      expect(points.window(index)).to.deep.equal(new Uint8Array(50).fill(start % 251));
    }
  });
});
