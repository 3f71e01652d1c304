import { definePlugin, noSymbols, type SymbolFile } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { expect } from 'chai';
import { claimBy, failureOf, shelf, shelfWith, textOf, WatchedSource } from './toys.ts';

/** `MAP` begins it, then comes its name; `PACKED` begins a part that a container has to unpack. */
const map: SymbolFile = {
  name: 'map',
  summary: 'a map of the test',
  probe: claimBy('MAP'),
  async open(source, { unpack }) {
    const text = textOf(source);
    source[Symbol.dispose]();
    if (!text.startsWith('MAP PACKED')) {
      return Object.assign({}, noSymbols, { from: text });
    }
    using part = await unpack(new WatchedSource(text.slice('MAP PACKED'.length), 'part'));
    return Object.assign({}, noSymbols, { from: textOf(part) });
  },
};
const toolkit = createToolkit([
  definePlugin({ name: 'p', containers: [shelf], symbolFiles: [map] }),
]);

describe('a symbol file', () => {
  it('is read by the format that claims it', async () => {
    const { from } = await toolkit.openSymbols(new WatchedSource('MAP of it', 'FILE'));
    expect(from).to.equal('MAP of it');
  });

  it('is unpacked by the containers where it is compressed, also twice, and closed', async () => {
    for (const text of [
      shelfWith({ map: 'MAP in it' }),
      shelfWith({ '': shelfWith({ map: 'MAP in it' }) }),
    ]) {
      const source = new WatchedSource(text, 'FILE');
      expect((await toolkit.openSymbols(source)).from).to.equal('MAP in it');
      expect(source.isDisposed).to.equal(true);
    }
  });

  it('may have compressed parts', async () => {
    const source = new WatchedSource(`MAP PACKED${shelfWith({ '': 'inner' })}`, 'FILE');
    expect((await toolkit.openSymbols(source)).from).to.equal('inner');
  });

  it('is refused, and closed, where nothing claims it or a container holds several', async () => {
    for (const [text, code] of [
      ['neither', 'unknown-format'],
      [shelfWith({ a: 'neither' }), 'unknown-format'],
      [shelfWith({ a: 'MAP 1', b: 'MAP 2' }), 'unsupported'],
      [shelfWith({}), 'unsupported'],
      ['MAP PACKEDneither', 'unknown-format'],
    ] as const) {
      const source = new WatchedSource(text, 'FILE');
      const error = await failureOf(toolkit.openSymbols(source));
      expect(error, text).to.have.property('code', code);
      expect(source.isDisposed, text).to.equal(true);
    }
  });
});
