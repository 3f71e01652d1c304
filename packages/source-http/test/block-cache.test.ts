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

  it('writes new blocks over old ones, each with its own bytes and length', () => {
    const cache = new BlockCache(4, 2);
    cache.keep(0, Uint8Array.of(1, 1, 1, 1, 2, 2, 2, 2));
    const oldest = cache.get(1);
    cache.get(0);
    cache.keep(7, Uint8Array.of(3, 3, 3, 3, 4));
    expect(oldest).to.deep.equal(Uint8Array.of(3, 3, 3, 3));
    expect(cache.get(7)).to.deep.equal(Uint8Array.of(3, 3, 3, 3));
    expect(cache.get(8)).to.deep.equal(Uint8Array.of(4));
    cache.keep(9, Uint8Array.of(5, 5, 5, 5));
    expect([7, 8, 9].map((block) => cache.get(block)?.length)).to.deep.equal([undefined, 1, 4]);
    cache.keep(8, Uint8Array.of(6, 6, 6, 6));
    expect([8, 9].map((block) => cache.get(block)?.[3])).to.deep.equal([6, 5]);
  });
});
