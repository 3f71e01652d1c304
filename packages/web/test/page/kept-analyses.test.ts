import { expect } from 'chai';
import { KeptAnalyses } from '../../dist/page/model/kept-analyses.js';
import type { Analysis } from '../../dist/protocol/analysis-calls.js';

const answerOf = (length: number): Analysis => ({
  text: ['x'.repeat(length)],
  rows: null,
  remarks: [],
  sources: {},
  svg: null,
  isAnswered: true,
});

describe('the answers of analyzers that are kept', () => {
  let runs: string[];
  const ask = (kept: KeptAnalyses, key: string, length = 100): Promise<Analysis> =>
    kept.get(key, async () => {
      runs.push(key);
      return answerOf(length);
    });

  beforeEach(() => {
    runs = [];
  });

  it('come once for each key', async () => {
    const kept = new KeptAnalyses();
    const [one, other] = await Promise.all([ask(kept, 'ps'), ask(kept, 'ps')]);
    expect(one).to.equal(other);
    expect(runs).to.deep.equal(['ps']);
  });

  it('lose those that were not used for longest, where there is no room', async () => {
    const kept = new KeptAnalyses(500);
    await ask(kept, 'ps');
    await ask(kept, 'log');
    await ask(kept, 'ps');
    await ask(kept, 'mod');
    await ask(kept, 'ps');
    await ask(kept, 'log');
    expect(runs).to.deep.equal(['ps', 'log', 'mod', 'log']);
  });

  it('keep the last one, however large it is', async () => {
    const kept = new KeptAnalyses(500);
    await ask(kept, 'ps');
    await ask(kept, 'sym', 10_000);
    await ask(kept, 'sym', 10_000);
    expect(runs).to.deep.equal(['ps', 'sym']);
  });

  it('have no failure among them', async () => {
    const kept = new KeptAnalyses();
    const failing = kept.get('ps', () => Promise.reject(new Error('no memory')));
    expect(await failing.catch(({ message }: Error) => message)).to.equal('no memory');
    await ask(kept, 'ps');
    expect(runs).to.deep.equal(['ps']);
  });
});
