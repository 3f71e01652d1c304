import { leastPages } from '@vmcorekit/lab/fixtures/images/least-pages';
import { expect } from 'chai';

describe('the least pages', () => {
  const pages = Array.from({ length: 100 }, (_, page) => page);

  it('are those without which a fixture shows something else', async () => {
    const needed = [3, 50, 51, 99];
    const kept = await leastPages(pages, async (some) =>
      needed.every((page) => some.includes(page)),
    );
    expect(kept).to.deep.equal(needed);
  });

  it('are all, where each is needed, and none, where none is', async () => {
    expect(await leastPages(pages, async (some) => some.length === 100)).to.deep.equal(pages);
    expect(await leastPages(pages, async () => true)).to.deep.equal([]);
    const failure: unknown = await leastPages(pages, async () => false).catch(
      (error: unknown) => error,
    );
    expect(String(failure)).to.include('100 pages do not show');
  });
});
