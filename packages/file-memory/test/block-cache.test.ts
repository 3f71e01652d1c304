import { expect } from 'chai';
import { BlockCache } from '../dist/block-cache.js';

/** How many blocks of those keys had to be filled. */
function fills(cache: BlockCache, keys: readonly number[]): number {
  let count = 0;
  for (const key of keys) {
    const block =
      cache.held(key) ??
      cache.filled(key, (bytes) => {
        bytes.fill(key);
        count++;
      });
    expect([...block.bytes]).to.deep.equal(Array.from({ length: 16 }, () => key & 0xff));
  }
  return count;
}

const keysTo = (end: number): number[] => Array.from({ length: end }, (_, key) => key);

describe('the cache of blocks', () => {
  it('grows where blocks come back that it had to give up, until all of them stay', () => {
    const cache = new BlockCache(16, 4, 12);
    for (let round = 0; round < 10; round++) {
      fills(cache, keysTo(10));
    }
    expect(fills(cache, keysTo(10))).to.equal(0);
  });

  it('does not grow beyond its limit', () => {
    const cache = new BlockCache(16, 4, 12);
    for (let round = 0; round < 10; round++) {
      fills(cache, keysTo(14));
    }
    expect(keysTo(14).filter((key) => cache.held(key) !== undefined)).to.have.lengthOf(12);
  });

  it('does not grow for one scan through everything', () => {
    const cache = new BlockCache(16, 4, 12);
    expect(fills(cache, keysTo(10_000))).to.equal(10_000);
    expect(keysTo(10_000).filter((key) => cache.held(key) !== undefined)).to.have.lengthOf(4);
  });

  it('does not grow for scans one after the other, of more than it could ever hold', () => {
    const cache = new BlockCache(16, 4, 12);
    for (let round = 0; round < 10; round++) {
      expect(fills(cache, keysTo(30))).to.equal(30);
    }
    expect(keysTo(30).filter((key) => cache.held(key) !== undefined)).to.have.lengthOf(4);
  });

  it('keeps nothing of a block that could not be filled', () => {
    const cache = new BlockCache(16, 4, 12);
    expect(() =>
      cache.filled(1, () => {
        throw new Error('the disk broke');
      }),
    ).to.throw('the disk broke');
    expect(cache.held(1)).to.equal(undefined);
    expect(fills(cache, [1])).to.equal(1);
  });
});
