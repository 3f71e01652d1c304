import {
  isVmcorekitError,
  type PageDecision,
  type PageFilter,
  type PagePlan,
  planPages,
  resultOf,
} from '@vmcorekit/core';
import { memoryImage, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const pageSize = 4096;

/** Pages 0 and 1 hold bytes, 2 is zero, 3 was left out; a hole; page 8 holds bytes. */
function memory(): SparseMemory {
  const built = new SparseMemory({
    ranges: [
      { start: 0, end: 4 * pageSize },
      { start: 8 * pageSize, end: 9 * pageSize },
    ],
  });
  for (const pfn of [0, 1, 8]) {
    built.write(pfn * pageSize, Uint8Array.of(1));
  }
  built.exclude(3 * pageSize);
  return built;
}

function filter(decide: (pfn: number) => PageDecision, seen: number[] = []): PageFilter {
  return {
    name: 'test',
    summary: 'of a test',
    begin: () => (page) => {
      seen.push(page.pfn);
      return decide(page.pfn);
    },
  };
}

function plan(
  filters: readonly PageFilter[],
  firstPfn?: number,
  image: SparseMemory = memory(),
): PagePlan {
  return resultOf(planPages(memoryImage(image), filters, firstPfn));
}

function members({ exists, dumped, zero }: PagePlan): Record<string, number[]> {
  return {
    exists: [...exists.members()],
    dumped: [...dumped.members()],
    zero: [...zero.members()],
  };
}

describe('planPages', () => {
  it('keeps what can be known, and reads nothing for it', () => {
    const image = memory();
    expect(members(plan([], 0, image))).to.deep.equal({
      exists: [0, 1, 2, 3, 8],
      dumped: [0, 1, 2, 8],
      zero: [2],
    });
    expect(image.pagesRead).to.equal(0);
  });

  it('asks the filters in order, and the next only about what the one before keeps', () => {
    const [first, second]: [number[], number[]] = [[], []];
    const planned = plan([
      filter((pfn) => (pfn === 1 ? 'exclude' : 'keep'), first),
      filter((pfn) => (pfn === 8 ? 'exclude' : 'keep'), second),
    ]);
    expect(members(planned)).to.deep.equal({ exists: [0, 1, 2, 3, 8], dumped: [0, 2], zero: [2] });
    expect([first, second]).to.deep.equal([
      [0, 1, 2, 8],
      [0, 2, 8],
    ]);
  });

  it('counts pages from where the format does', () => {
    const above = new SparseMemory({ ranges: [{ start: 0x80000000, end: 0x80002000 }] });
    expect(members(plan([], 0x80000, above)).exists).to.deep.equal([0, 1]);
  });

  it('does not believe a filter that calls a page zero which is not', () => {
    expect(() => plan([filter(() => 'zero')]))
      .to.throw("page filter 'test' failed: it called page 0 zero")
      .that.satisfies((error: unknown) => isVmcorekitError(error, 'plugin-failed'));
  });

  it('counts a page that a filter cannot read, and goes on', () => {
    const broken: PageFilter = {
      name: 'reader',
      summary: 'reads every page',
      begin: () => (page) => (page.bytes().length > 0 ? 'keep' : 'exclude'),
    };
    class Broken extends SparseMemory {
      override readInto(address: number, target: Uint8Array): void {
        super.readInto(address === 0 ? 3 * pageSize : address, target);
      }
    }
    const image = new Broken({ ranges: memory().ranges });
    image.write(0, Uint8Array.of(1));
    image.exclude(3 * pageSize);
    const planned = plan([broken], 0, image);
    expect(members(planned).dumped).to.deep.equal([1, 2, 8]);
    expect(planned.pagesUnreadable).to.equal(1);
  });

  it('shows filters the held part of a partial page, zeros for the rest, and keeps it', () => {
    const image = new SparseMemory({ ranges: [{ start: 0x800, end: 0x1c00 }] });
    image.write(0x800, new Uint8Array(0x800).fill(5));
    const seen: (readonly [string, number])[] = [];
    const zeroPages: PageFilter = {
      name: 'zeros',
      summary: 'calls zero pages zero',
      begin: () => (page) => {
        const sum = page.bytes().reduce((total, byte) => total + byte, 0);
        seen.push([page.state, sum]);
        return sum === 0 ? 'zero' : 'keep';
      },
    };
    const planned = plan([zeroPages], 0, image);
    expect(seen).to.deep.equal([
      ['partial', 5 * 0x800],
      ['partial', 0],
    ]);
    expect(members(planned)).to.deep.equal({ exists: [0, 1], dumped: [0, 1], zero: [1] });
    expect([
      [...planned.partial.members()],
      planned.cutOff.size,
      planned.pagesUnreadable,
    ]).to.deep.equal([[0, 1], 0, 0]);
  });

  it('keeps no trace of a page that a filter calls absent', () => {
    const { exists, dumped } = plan([filter((pfn) => (pfn === 8 ? 'absent' : 'keep'))]);
    expect([exists.has(8), dumped.has(8), exists.size, exists.end]).to.deep.equal([
      false,
      false,
      4,
      4,
    ]);
  });
});
