import { BrowserIndexCache } from '@vmcorekit/browser';
import { expect } from 'chai';
import { tooMany } from '../dist/index-store.js';

const of = { version: '20-1-dump', place: '["flattened"]', ends: Uint8Array.of(1, 2) };

describe('BrowserIndexCache', () => {
  it('keeps an index while it lives where the browser has no store', async () => {
    const cache = new BrowserIndexCache();
    await cache.prepare([of.version, undefined]);
    cache.store(of, Uint8Array.of(7));
    expect(cache.load(of)).to.deep.equal(Uint8Array.of(7));
    await cache.prepare([of.version]);
    expect(cache.load(of)).to.equal(undefined);
  });

  it('has none of a file whose version, place or ends differ', () => {
    const cache = new BrowserIndexCache();
    cache.store(of, Uint8Array.of(7));
    expect(cache.load({ ...of, version: '20-2-dump' })).to.equal(undefined);
    expect(cache.load({ ...of, place: '["gzip"]' })).to.equal(undefined);
    expect(cache.load({ ...of, ends: Uint8Array.of(1, 3) })).to.equal(undefined);
  });
});

describe('tooMany', () => {
  it('names those used longest ago, beyond 16 indexes or 256 MiB', () => {
    const entry = (usedAt: number, sizeInBytes: number) => ({
      key: String(usedAt),
      usedAt,
      sizeInBytes,
    });
    const keys = (all: ReturnType<typeof entry>[]) => tooMany(all).map(({ key }) => key);
    const mebibyte = 1 << 20;
    expect(keys([entry(1, 100 * mebibyte), entry(2, 100 * mebibyte)])).to.deep.equal([]);
    expect(keys([1, 2, 3].map((at) => entry(at, 100 * mebibyte)))).to.deep.equal(['1']);
    const many = Array.from({ length: 18 }, (_, index) => entry(index, 1));
    expect(keys(many)).to.deep.equal(['1', '0']);
  });
});
