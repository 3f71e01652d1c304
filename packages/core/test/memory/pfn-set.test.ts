import { PfnSet } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';

describe('a set of page frame numbers', () => {
  it('holds what a Set holds', () => {
    const pfn = fc.oneof(fc.integer({ min: 0, max: 70_000 }), fc.integer({ min: 0, max: 2 ** 40 }));
    fc.assert(
      fc.property(
        fc.array(pfn, { maxLength: 60 }),
        fc.array(pfn, { maxLength: 20 }),
        (added, others) => {
          const set = new PfnSet();
          for (const each of added) {
            set.add(each);
          }
          const wanted = new Set(added);
          for (const each of [...others, ...added.slice(0, 5)]) {
            set.delete(each);
            wanted.delete(each);
          }
          expect([...set.members()]).to.deep.equal([...wanted].sort((a, b) => a - b));
          expect(set.size).to.equal(wanted.size);
          expect(set.end).to.equal(Math.max(-1, ...wanted) + 1);
          expect([...set.members(100, 50_000)]).to.deep.equal(
            [...set.members()].filter((each) => each >= 100 && each < 50_000),
          );
          for (const each of [...added, ...others]) {
            expect(set.has(each)).to.equal(wanted.has(each));
          }
        },
      ),
    );
  });

  it('counts each page of a full scan once, and remembers it', () => {
    const set = new PfnSet();
    for (const round of [1, 2]) {
      for (let pfn = 0; pfn < 100_000; pfn++) {
        set.add(pfn);
      }
      expect(set.size, `round ${round}`).to.equal(100_000);
    }
    expect(set.has(32_768)).to.equal(true);
    expect(set.has(100_000)).to.equal(false);
  });

  it('gives a bitmap, full stretches too, and removes a member from a full one', () => {
    const set = new PfnSet();
    for (let pfn = 0; pfn < 32_768; pfn++) {
      set.add(pfn);
    }
    set.add(70_001);
    set.delete(9);
    const stretches = [...set.bitmap()];
    expect(stretches.map(({ firstPfn }) => firstPfn)).to.deep.equal([0, 65_536]);
    expect([...(stretches[0]?.bytes.subarray(0, 3) ?? [])]).to.deep.equal([0xff, 0xfd, 0xff]);
    expect([...set.members()].at(-1)).to.equal(70_001);
    expect(set.size).to.equal(32_768);
  });
});
