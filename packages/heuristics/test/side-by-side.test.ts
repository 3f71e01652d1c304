import type { HeuristicContext, Progress } from '@vmcorekit/core';
import { type SparseMemory, withoutProgress } from '@vmcorekit/testing';
import { expect } from 'chai';
import { sideBySide } from '../dist/scans/side-by-side.js';
import { dumpOf, emptyMemory, kernelIn, physBase, verdictOf } from './guest.ts';

/** Pages that no table and no pointer leads to, many steps of a search from each other. */
const others: readonly number[] = Array.from(
  { length: 1024 },
  (_, index) => 0x400_0000 + index * 4096,
);
const [first, last] = [0x1000, 0x400_0000 + 900 * 4096];

/** The order in which searches looked at the two. */
function watched(memory: SparseMemory): { readonly seen: string[] } {
  const seen: string[] = [];
  const withView = memory.withView.bind(memory);
  memory.withView = (address, lengthInBytes, use) => {
    const page = address - (address % 4096);
    if (page === first || page === last) {
      seen.push(page === first ? 'first' : 'last');
    }
    return withView(address, lengthInBytes, use);
  };
  return { seen };
}

function guestMemory(): SparseMemory {
  const memory = emptyMemory();
  const bytes = Uint8Array.from({ length: 4096 }, (_, index) => index % 251);
  for (const page of [first, ...others]) {
    memory.write(page, bytes);
  }
  return memory;
}

describe('searches of all memory', () => {
  it('read each page once where nothing selects a kernel', async () => {
    const memory = guestMemory();
    kernelIn(memory);
    const { seen } = watched(memory);
    const verdict = await verdictOf(dumpOf(memory));
    expect(verdict.confidence).to.equal('certain');
    expect(verdict.kernel?.physBase).to.equal(physBase);
    expect(seen).to.deep.equal(['first', 'last']);
  });

  it('find the same as one after the other', async () => {
    const memory = guestMemory();
    kernelIn(memory);
    const together = await verdictOf(dumpOf(memory));
    const names = ['page-table-search', 'symbol-search', 'vmcoreinfo-carve', 'kallsyms-search'];
    const each = await verdictOf(dumpOf(memory), { only: names });
    expect(together.kernel).to.deep.equal(each.kernel);
    const of = (by: string, rows: typeof each.evidence) => rows.filter((row) => row.by === by);
    for (const by of names) {
      expect(of(by, together.evidence), by).to.deep.equal(of(by, each.evidence));
    }
  });

  it('pass through none of it where a CPU selects the kernel', async () => {
    const memory = guestMemory();
    const { root } = kernelIn(memory);
    const { seen } = watched(memory);
    const verdict = await verdictOf(dumpOf(memory, { cr3: [root] }));
    expect(verdict.confidence).to.equal('certain');
    expect(seen).to.deep.equal([]);
  });

  for (const runsAllSearches of [true, false]) {
    it(`end with the first ${runsAllSearches ? 'where all will run' : 'nowhere else'}`, () => {
      const works = new Map<string, Generator<Progress, unknown, void>>();
      const context = {
        dump: dumpOf(guestMemory()),
        runsAllSearches,
        memo: (key: string, compute: () => Generator<Progress, unknown, void>) => {
          const work = compute();
          works.set(key, work);
          return work;
        },
      } as unknown as HeuristicContext;
      withoutProgress(sideBySide(context, half()));
      const names = ['own-notes', 'vmcoreinfo-notes', 'kallsyms-tables'];
      expect([...works.keys()]).to.deep.equal(runsAllSearches ? names : []);
      for (const work of works.values()) {
        expect(work.next().done).to.equal(runsAllSearches);
      }
    });
  }
});

/** A search that has seen half of memory when it has its result. */
function* half(): Generator<Progress, void, void> {
  yield { kind: 'progress', doing: 'searching', fraction: 0.5 };
}
