import { expect } from 'chai';
import { ShortcutReader } from '../../../dist/page/keyboard/shortcuts.js';

describe('the shortcuts of the page', () => {
  it('show the view of the letter after g', () => {
    const reader = new ShortcutReader();
    expect(reader.read('g', 0)).to.equal(null);
    expect(reader.read('t', 900)).to.deep.equal({ does: 'show', letter: 't' });
    expect(reader.read('t', 950)).to.equal(null);
  });

  it('forget a g that was typed long ago', () => {
    const reader = new ShortcutReader();
    reader.read('g', 0);
    expect(reader.read('t', 2000)).to.equal(null);
  });

  it('are three signs apart from that', () => {
    const reader = new ShortcutReader();
    expect(['?', 'o', '/', 'x'].map((key) => reader.read(key, 0)?.does)).to.deep.equal([
      'help',
      'open',
      'filter',
      undefined,
    ]);
  });
});
