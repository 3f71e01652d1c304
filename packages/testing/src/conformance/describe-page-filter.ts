import { type Dump, isZero, type PageDecision, type PageFilter } from '@vmcorekit/core';
import { check, mayRefuse, shown } from './check.ts';
import { checkName } from './declaration.ts';
import { noisy, unreadable } from './hostile-dump.ts';
import { runnerOf, type TestRunner } from './runner.ts';

/** A dump to try a page filter on, and what it decides there. */
export interface PageFilterCase {
  readonly title: string;
  /** Opens it, or builds it (`memoryDump`). Called for every test. */
  open(): Dump | Promise<Dump>;
  /** Decisions by page frame number. Pages that are not named may be decided in any way. */
  readonly decides: Readonly<Record<number, PageDecision>>;
}

export interface PageFilterSuite {
  readonly cases: readonly PageFilterCase[];
  /** Default: the global `describe` and `it`. */
  readonly runner?: TestRunner;
}

const decisions: readonly PageDecision[] = ['keep', 'zero', 'exclude', 'absent'];

/** Tests that a page filter keeps the contract in docs/writing-a-plugin.md. */
export function describePageFilter(filter: PageFilter, { cases, runner }: PageFilterSuite): void {
  const { describe, it } = runnerOf(runner);
  describe(`page filter ${filter.name}: the contract`, () => {
    it('declares itself: a name in kebab-case and what it does', () => checkName(filter));

    for (const one of cases) {
      const { decides } = one;
      describe(one.title, () => {
        it('decides as expected', async () => {
          using dump = await one.open();
          const decided = decisionsOf(filter, dump);
          for (const [pfn, wanted] of Object.entries(decides)) {
            const got = decided.get(Number(pfn));
            check(got === wanted, `page ${pfn}: wanted ${wanted}, got ${got ?? 'no such page'}`);
          }
        });

        it('calls no page zero that is not', async () => {
          using dump = await one.open();
          const { memory } = dump.image;
          for (const [pfn, decision] of decisionsOf(filter, dump)) {
            const address = pfn * memory.pageSizeInBytes;
            check(
              decision !== 'zero' || isZero(memory.read(address, memory.pageSizeInBytes)),
              `page ${pfn} is called zero, which it is not`,
            );
          }
        });

        it('decides the same again, about the next dump too', async () => {
          using dump = await one.open();
          using next = await one.open();
          const first = shown([...decisionsOf(filter, dump)]);
          decisionsOf(filter, noisy(dump));
          check(first === shown([...decisionsOf(filter, next)]), 'it decides another way then');
        });

        it('fails with no error of its own making on memory that cannot be read', async () => {
          using dump = await one.open();
          // A writer asks for no page that it cannot read, but memory may be lost while it writes.
          const begun = filter.begin(unreadable(dump).image);
          const { memory } = unreadable(dump).image;
          for (const pfn of pagesOf(dump)) {
            await mayRefuse(
              () =>
                begun({
                  pfn,
                  state: 'stored',
                  bytes: () => memory.read(pfn * memory.pageSizeInBytes, memory.pageSizeInBytes),
                }),
              `page ${pfn}`,
            );
          }
        });
      });
    }
  });
}

/** Asks about each page that is held whole, as a writer does. */
function decisionsOf(filter: PageFilter, { image }: Dump): Map<number, PageDecision> {
  const { memory } = image;
  const decide = filter.begin(image);
  const decided = new Map<number, PageDecision>();
  for (const pfn of pagesOf({ image })) {
    const bytes = () => memory.read(pfn * memory.pageSizeInBytes, memory.pageSizeInBytes);
    const decision = decide({ pfn, state: memory.pageState(pfn), bytes });
    check(
      decisions.includes(decision),
      `answered ${shown(decision)} for page ${pfn}, expected one of ${decisions.join(', ')}`,
    );
    decided.set(pfn, decision);
  }
  return decided;
}

function* pagesOf({ image: { memory } }: Pick<Dump, 'image'>): Generator<number, void, void> {
  for (const { start, end } of memory.ranges) {
    const size = memory.pageSizeInBytes;
    for (let pfn = Math.ceil(start / size); (pfn + 1) * size <= end; pfn++) {
      if (['stored', 'zero'].includes(memory.pageState(pfn))) {
        yield pfn;
      }
    }
  }
}
