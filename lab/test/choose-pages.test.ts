import { chooseDamage } from '@vmcorekit/lab/damage/choose-pages';
import { DamagedMemory } from '@vmcorekit/lab/damage/damaged-memory';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const pages = Array.from({ length: 64 }, (_, pfn) => pfn);
const memory = new SparseMemory({ ranges: [{ start: 0, end: 64 * 4096 }] });
for (const pfn of pages) {
  memory.write(pfn * 4096, new Uint8Array(4096).fill(pfn + 1));
}

describe('the damage of a mutant', () => {
  it('is the same for the same seed, and another for the next', () => {
    const lost = (seed: number) => [
      ...(chooseDamage(memory, pages, { seed, count: 4, kind: 'lost' }).lost ?? []),
    ];
    expect(lost(7)).to.deep.equal(lost(7)).and.have.length(4);
    expect(lost(8)).not.to.deep.equal(lost(7));
  });

  it('takes pages out, and out of the runs of stored pages', () => {
    const damaged = new DamagedMemory(memory, { lost: new Set([3, 1]) });
    expect(damaged.pageState(3)).to.equal('corrupt');
    expect(() => damaged.read(3 * 4096, 1)).to.throw('corrupt');
    expect([...damaged.storedRuns(0, 5 * 4096)]).to.deep.equal([
      { start: 0, end: 0x1000 },
      { start: 0x2000, end: 0x3000 },
      { start: 0x4000, end: 0x5000 },
    ]);
  });

  it('changes pages in a copy, and remembers what was read', () => {
    const damage = chooseDamage(memory, [5], { seed: 1, count: 1, kind: 'zeroed' });
    const damaged = new DamagedMemory(memory, damage);
    expect(damaged.read(5 * 4096, 2)).to.deep.equal(new Uint8Array(2));
    expect(memory.read(5 * 4096, 2)).to.deep.equal(Uint8Array.of(6, 6));
    expect([...damaged.touched.members()]).to.deep.equal([5]);
    const flipped = chooseDamage(memory, [5], { seed: 1, count: 1, kind: 'flipped' }).changed;
    const differing = flipped?.get(5)?.filter((byte) => byte !== 6).length ?? 0;
    expect(differing).to.be.within(1, 4);
  });
});
