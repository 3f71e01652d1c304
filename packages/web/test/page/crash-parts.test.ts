import { expect } from 'chai';
import { crashParts } from '../../dist/page/crash/crash-parts.js';

describe('the parts of a crash summary', () => {
  it('are fields and the sections after them', () => {
    const { fields, sections } = crashParts(
      [
        'panic       Kernel panic - not syncing: x  y',
        'tainted by  a (OE), b (P)',
        '',
        'PID: 1',
        ' #0 f',
        '',
        'no task is in state D',
      ].join('\n'),
    );
    expect(fields).to.deep.equal([
      { name: 'panic', value: 'Kernel panic - not syncing: x  y' },
      { name: 'tainted by', value: 'a (OE), b (P)' },
    ]);
    expect(sections).to.deep.equal([['PID: 1', ' #0 f'], ['no task is in state D']]);
  });
});
