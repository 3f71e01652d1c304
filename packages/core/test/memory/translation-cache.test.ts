import { expect } from 'chai';
import fc from 'fast-check';
import { TranslationCache } from '../../dist/memory/translation-cache.js';

const slotReach = 16_384n * 4096n;

describe('TranslationCache', () => {
  it('gives what was last put in for a page, for every byte of it, or nothing', () => {
    const page = fc.bigInt({ min: 0n, max: 2n ** 52n - 1n });
    const near = fc
      .integer({ min: 0, max: 3 })
      .map((times) => 0xffffffff8n * 0x10000n + BigInt(times) * 4096n);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.oneof(page, near), fc.nat(2 ** 30), fc.nat(4095)), { maxLength: 40 }),
        (steps) => {
          const cache = new TranslationCache();
          const known = new Map<bigint, number>();
          for (const [number, physicalPage, inPage] of steps) {
            const found = cache.get(number * 4096n + BigInt(inPage));
            expect(found === -1 || found === (known.get(number) ?? Number.NaN) + inPage).to.equal(
              true,
            );
            cache.set(number * 4096n + BigInt(inPage), physicalPage * 4096 + inPage);
            known.set(number, physicalPage * 4096);
            expect(cache.get(number * 4096n)).to.equal(physicalPage * 4096);
          }
        },
      ),
    );
  });

  it('holds one of two pages that share a slot, the later', () => {
    const cache = new TranslationCache();
    cache.set(0xffffffff81000000n, 0x1000000);
    cache.set(0xffffffff81000000n + slotReach, 0x5000000);
    expect(cache.get(0xffffffff81000000n)).to.equal(-1);
    expect(cache.get(0xffffffff81000008n + slotReach)).to.equal(0x5000008);
  });

  it('holds large pages as well', () => {
    const cache = new TranslationCache(21, 16);
    cache.set(0xffff888012345678n, 0x12345678);
    expect(cache.get(0xffff888012200000n)).to.equal(0x12200000);
    expect(cache.get(0xffff8880123fffffn)).to.equal(0x123fffff);
    expect(cache.get(0xffff8880121fffffn)).to.equal(-1);
    expect(cache.get(0xffff888012400000n)).to.equal(-1);
    expect(cache.get(0xffff888112345678n)).to.equal(-1);
  });

  it('holds no address outside 64 bits, even if its low bits match a page it holds', () => {
    const cache = new TranslationCache();
    cache.set(0xffffffff81000000n, 0x1000000);
    expect(cache.get(0xffffffff81000000n + 2n ** 64n)).to.equal(-1);
    expect(cache.get(0xffffffff81000000n - 2n ** 64n)).to.equal(-1);
  });
});
