import { expect } from 'chai';
import { BlockCache } from '../dist/block-cache.js';

describe('the cache of blocks', () => {
  it('keeps the blocks used last, and no more than its limit', () => {
    const cache = new BlockCache(4, 3);
    cache.keep(
      10,
      Uint8Array.from({ length: 12 }, (_, index) => index),
    );
    expect(cache.get(10)).to.deep.equal(Uint8Array.of(0, 1, 2, 3));
    cache.keep(20, Uint8Array.of(1));
    expect([10, 11, 12, 20].map((block) => cache.has(block))).to.deep.equal([
      true,
      false,
      true,
      true,
    ]);
  });
});
