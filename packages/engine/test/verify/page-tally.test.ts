import { type MemoryPiece, type PhysicalRange, VmcorekitError } from '@vmcorekit/core';
import {
  DamageCounts,
  firstShown,
  mergeTallies,
  type PageTally,
  tallyPages,
} from '@vmcorekit/engine';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const pageSizeInBytes = 4096;
const pages = 64;

/**
 * Some of its pages are damaged: the index reports those that divide by 5, only the data shows
 * those that divide by 7.
 */
class DamagedMemory extends SparseMemory {
  override pageState(pfn: number): ReturnType<SparseMemory['pageState']> {
    return pfn % 5 === 0 ? 'corrupt' : super.pageState(pfn);
  }

  override withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    const pfn = Math.floor(address / pageSizeInBytes);
    if (pfn % 5 === 0 || pfn % 7 === 0) {
      const condition = pfn % 5 === 0 ? 'page-lost' : 'page-data-bad';
      const facts = {
        physicalAddress: address,
        pfn,
        state: 'corrupt' as const,
        because: 'the test made it so',
        condition,
      };
      throw new VmcorekitError('page-unreadable', { ...facts, fileOffset: pfn * 10 });
    }
    return super.withView(address, lengthInBytes, use);
  }
}

/** Lost from page 16 on, which its index knows as one stretch. */
class LostPetabytes extends DamagedMemory {
  asked = 0;

  override pageState(pfn: number): ReturnType<SparseMemory['pageState']> {
    this.asked++;
    return pfn >= 16 ? 'corrupt' : super.pageState(pfn);
  }

  bytelessUntil(address: number): number | undefined {
    return address >= 16 * pageSizeInBytes ? 2 ** 52 : undefined;
  }

  override pieces(start: number, end: number): MemoryPiece[] {
    return [{ start, end, state: 'corrupt' }];
  }

  override withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    if (address < 16 * pageSizeInBytes) {
      return super.withView(address, lengthInBytes, use);
    }
    throw new VmcorekitError('page-unreadable', {
      physicalAddress: address,
      pfn: Math.floor(address / pageSizeInBytes),
      state: 'corrupt',
      because: 'the test made it so',
      condition: 'page-cut-off',
    });
  }
}

function memory(): SparseMemory {
  const made = new DamagedMemory({ ranges: [{ start: 0, end: pages * pageSizeInBytes }] });
  for (let pfn = 0; pfn < pages; pfn++) {
    if (pfn % 2 === 1) {
      made.write(pfn * pageSizeInBytes, Uint8Array.of(pfn));
    }
  }
  made.exclude(2 * pageSizeInBytes);
  return made;
}

function tally(ranges: readonly PhysicalRange[], depth: 'index' | 'data'): PageTally {
  const work = tallyPages(memory(), ranges, depth);
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) {
      return step.value;
    }
  }
}

function pfns(from: number, to: number): PhysicalRange[] {
  return from < to ? [{ start: from * pageSizeInBytes, end: to * pageSizeInBytes }] : [];
}

describe('tallyPages', () => {
  it('counts what the index says and reads no stored page for it', () => {
    const { pages: counts, damage } = tally(pfns(0, pages), 'index');
    expect(counts).to.deep.equal({
      stored: 26,
      zero: 24,
      partial: 0,
      excluded: 1,
      absent: 0,
      corrupt: 13,
    });
    expect(damage.map(({ name, count }) => [name, count])).to.deep.equal([['page-lost', 13]]);
  });

  it('reads every stored page and names what is wrong, with PFN and file offset', () => {
    const { pages: counts, damage } = tally(pfns(0, pages), 'data');
    expect(counts.corrupt).to.equal(13 + 4);
    expect(damage.map(({ name, count }) => [name, count])).to.deep.equal([
      ['page-lost', 13],
      ['page-data-bad', 4],
    ]);
    expect(damage[1]?.first[0]).to.include({ name: 'page-data-bad', pfn: 7, fileOffset: 70 });
    expect(damage[0]?.first).to.have.length(firstShown);
  });

  it('of stretches of memory, put together, is that of the whole', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: pages }), { maxLength: 6 }), (cuts) => {
        const bounds = [0, ...cuts.toSorted((a, b) => a - b), pages];
        const parts = bounds
          .slice(1)
          .map((to, index) => tally(pfns(bounds[index] ?? 0, to), 'data'));
        expect(mergeTallies(parts)).to.deep.equal(tally(pfns(0, pages), 'data'));
      }),
    );
  });

  it('of petabytes that the file has lost looks at a few of their pages', () => {
    const lostOnes = new LostPetabytes({ ranges: [{ start: 0x1800, end: 2 ** 52 - 0x800 }] });
    const work = tallyPages(lostOnes, lostOnes.ranges, 'data');
    let step = work.next();
    while (step.done !== true) {
      step = work.next();
    }
    expect(lostOnes.asked).to.be.below(40);
    // Before it, pages 5, 10 and 15 are corrupt.
    expect(step.value.pages.corrupt).to.equal(2 ** 40 - 16 + 3);
    const [corrupt, lost] = step.value.damage;
    expect(corrupt).to.include({ name: 'page-lost', count: 3 });
    expect(lost).to.include({ name: 'page-cut-off', count: 2 ** 40 - 16 });
    expect(lost?.first.map(({ pfn }) => pfn)).to.deep.equal([16, 17, 18, 19, 20, 21, 22, 23]);
  });

  it('counts a page that a range holds only in part', () => {
    const { pages: counts } = tally([{ start: 0x1800, end: 0x3100 }], 'data');
    expect(counts).to.deep.equal({
      stored: 2,
      zero: 0,
      partial: 0,
      excluded: 1,
      absent: 0,
      corrupt: 0,
    });
  });

  it('counts a page once that two ranges share, as partial where some of it is held', () => {
    const ranges = [
      { start: 0x1000, end: 0x2400 },
      { start: 0x2800, end: 0x3000 },
    ];
    const shared = new SparseMemory({ ranges });
    shared.write(0x1000, new Uint8Array(0x2000).fill(3));
    const work = tallyPages(shared, ranges, 'data');
    let step = work.next();
    while (step.done !== true) {
      step = work.next();
    }
    expect(step.value.pages).to.deep.equal({
      stored: 1,
      zero: 0,
      partial: 1,
      excluded: 0,
      absent: 0,
      corrupt: 0,
    });
  });
});

describe('ConditionCounts', () => {
  it('keeps a few places of a kind however often it is met', () => {
    const counts = new DamageCounts();
    for (let pfn = 0; pfn < 10_000; pfn++) {
      counts.add({ name: 'page-lost', loses: 'page', detail: '', pfn });
    }
    expect(counts.list()[0]).to.include({ count: 10_000 });
    expect(counts.list()[0]?.first.map(({ pfn }) => pfn)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
