import { expect } from 'chai';
import fc from 'fast-check';
import { PageCache } from '../dist/memory/page-cache.js';

const pageSizeInBytes = 16;
const limitInBytes = 8 * pageSizeInBytes;

/** The page of a PFN as a reader gets it: cached, or newly filled. Every fifth is zero. */
function page(cache: PageCache, pfn: number): Uint8Array {
  const held = cache.get(pfn);
  if (held !== undefined) {
    return held;
  }
  const fresh = pfn % 5 === 0 ? cache.zeroPage : cache.freshPage().fill(pfn);
  cache.set(pfn, fresh);
  return fresh;
}

const bytesOf = (pfn: number): number[] =>
  Array.from({ length: pageSizeInBytes }, () => (pfn % 5 === 0 ? 0 : pfn & 0xff));

describe('the cache of pages', () => {
  it('never gives one page for another, whatever is read while others are looked at', () => {
    const step = fc.record({ pfn: fc.nat(40), isView: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const cache = new PageCache(pageSizeInBytes, limitInBytes);
        const views: { readonly pfn: number; readonly view: Uint8Array }[] = [];
        for (const { pfn, isView } of steps) {
          expect([...page(cache, pfn)]).to.deep.equal(bytesOf(pfn));
          if (isView && views.length < 3) {
            views.push({ pfn, view: page(cache, pfn) });
            cache.viewers++;
          } else if (views.length > 0) {
            const { pfn: seen = 0, view = new Uint8Array() } = views.pop() ?? {};
            expect([...view]).to.deep.equal(bytesOf(seen));
            cache.viewers--;
          }
        }
      }),
    );
  });

  it('makes no more buffers than it holds, however much is read', () => {
    const cache = new PageCache(pageSizeInBytes, limitInBytes);
    const buffers = new Set<ArrayBufferLike>();
    for (let pfn = 1; pfn < 10_000; pfn++) {
      buffers.add(page(cache, pfn).buffer);
    }
    expect(buffers.size).to.be.at.most(5);
  });
});
