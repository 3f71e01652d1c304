import { expect } from 'chai';
import { isNodeNewEnough, title } from './support/node-version.ts';

describe(title, () => {
  it('exports the commands and what they are made of', async function () {
    if (!isNodeNewEnough) {
      this.skip();
    }
    expect(Object.keys(await import('@vmcorekit/fleet')).sort()).to.deep.equal([
      'Coordinator',
      'Queue',
      'Store',
      'Watcher',
      'defaultDatabase',
      'fleet',
      'identify',
      'openDatabase',
      'outcomes',
      'parseDatabaseUrl',
      'resultsOf',
      'shownUrl',
      'stampOf',
    ]);
  });
});
