import {
  type ByteSource,
  type Container,
  type Damage,
  definePlugin,
  inOneStep,
  readExactly,
  resultOf,
} from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { openContext } from '@vmcorekit/testing';
import { expect } from 'chai';
import {
  claimBy,
  failureOf,
  shelf,
  shelfWith,
  stateFormat,
  textOf,
  WatchedSource,
} from './toys.ts';

const named = {
  ...stateFormat,
  name: 'named',
  isNamedOnly: true as const,
  probe: claimBy('NAMED', 'name-only'),
};
const toolkit = createToolkit([
  definePlugin({ name: 'p', containers: [shelf], formats: [stateFormat, named] }),
]);

describe('a container of several files', () => {
  it('gives the only one that a format claims by more than its name', async () => {
    using identified = await toolkit.identify(
      new WatchedSource(shelfWith({ readme: 'hello', old: 'NAMED', dump: 'STATE x' }), 'FILE'),
    );
    expect(textOf(identified.source)).to.equal('STATE x');
    expect(identified).to.include({ file: 'FILE', container: 'shelf' });
  });

  it('gives the one that is named', async () => {
    const source = new WatchedSource(shelfWith({ first: 'STATE 1', second: 'STATE 2' }), 'FILE');
    using identified = await toolkit.identify(source, { entry: 'second' });
    expect(textOf(identified.source)).to.equal('STATE 2');
    expect(identified.file).to.equal('FILE//second');
  });

  it('gives one in a container in it, by both names; a name may hold // itself', async () => {
    const inner = shelfWith({ a: 'STATE a', b: 'STATE b' });
    const outer = shelfWith({ one: inner, 'one//two': inner });
    for (const entry of ['one//a', 'one//two//a']) {
      using identified = await toolkit.identify(new WatchedSource(outer), { entry });
      expect(textOf(identified.source), entry).to.equal('STATE a');
    }
  });

  it('asks which is meant where several may be dumps, or none, and closes the file', async () => {
    const several = new WatchedSource(
      shelfWith({ x: 'no', a: 'STATE', b: 'STATE 1', c: 'STATE 2' }),
      'FILE',
    );
    const error = await failureOf(toolkit.identify(several));
    expect(error).to.include({ code: 'choose-entry' });
    expect(error).to.have.deep.property('facts', {
      file: 'FILE',
      container: 'shelf',
      entries: ['b', 'c'],
      because: 'each of them may be a dump',
    });
    expect(several.isDisposed).to.equal(true);
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`n${index}`, 'no']));
    expect(
      await failureOf(toolkit.identify(new WatchedSource(shelfWith(many), 'FILE'))),
    ).to.have.property(
      'message',
      'FILE: shelf holds several files, and none of them is known as a dump: name one, as FILE//ENTRY ' +
        '(n0, n1, n2, n3, n4, n5, n6, n7, n8, n9 and 2 more)',
    );
  });

  it('gives the only one that is memory, as its container says, at its place', async () => {
    const places = [{ address: 4096, lengthInBytes: 2, fileOffset: 1 }];
    const placing: typeof shelf = {
      ...shelf,
      async open(source, context) {
        const contents = resultOf(await shelf.open(source, context));
        const entries = contents.entries.map((entry) =>
          entry.name.startsWith('memory')
            ? {
                ...entry,
                memory: { placed: entry.name === 'memory' ? places : null, because: 'a list' },
              }
            : entry,
        );
        return inOneStep(() => ({ ...contents, entries }));
      },
    };
    const raw = { ...stateFormat, name: 'raw', takesPlaces: true as const, probe: () => undefined };
    const placingToolkit = createToolkit([
      definePlugin({ name: 'p', containers: [placing], formats: [stateFormat, raw] }),
    ]);
    const open = async (books: Record<string, string>, entry?: string): Promise<unknown> => {
      using found = await placingToolkit.identify(new WatchedSource(shelfWith(books)), { entry });
      return [textOf(found.source), found.format.name, found.placed, found.placedBecause];
    };
    const books = { dump: 'STATE 1', memory: 'abc', log: 'STATE 2' };
    expect(await open(books)).to.deep.equal(['abc', 'raw', places, 'a list']);
    expect(await open(books, 'memory')).to.deep.equal(['abc', 'raw', places, 'a list']);
    expect(await open(books, 'dump')).to.deep.equal(['STATE 1', 'state', null, undefined]);
    expect(await open({ a: 'STATE 1', memory2: 'STATE 2' })).to.deep.equal([
      'STATE 2',
      'state',
      null,
      undefined,
    ]);
    expect(await open({ memory: shelfWith({ a: 'STATE 1' }) })).to.deep.include('raw');
    const both = await failureOf(open({ memory: 'abc', memory2: 'STATE 2', log: 'STATE' }));
    expect(both).to.include({ code: 'choose-entry' });
  });

  it('says which there are where the name is none of them', async () => {
    for (const [text, entry, message] of [
      [shelfWith({ a: '', b: '' }), 'c', "no entry is called 'c' (there are a, b)"],
      ['STATE x', 'c', "no entry is called 'c'"],
      [shelfWith({ a: 'STATE x' }), 'a//c', "no entry is called 'c'"],
    ] as const) {
      expect(
        await failureOf(toolkit.identify(new WatchedSource(text), { entry })),
      ).to.have.property('message', message);
    }
  });

  it('is named with the containers around it, the outermost first', async () => {
    const outer = { ...shelf, name: 'outer', probe: claimBy('OUTER') };
    const nested = createToolkit([
      definePlugin({
        name: 'p',
        containers: [{ ...outer, open: (source, context) => shelf.open(source, context) }, shelf],
        formats: [stateFormat],
      }),
    ]);
    const source = new WatchedSource(
      shelfWith({ in: shelfWith({ a: 'STATE x' }) }).replace('SHELF', 'OUTER'),
    );
    using identified = await nested.identify(source);
    expect(identified.containers).to.deep.equal(['outer', 'shelf']);
  });

  it('too deep is refused, with the containers around it', async () => {
    let text = 'STATE x';
    for (let depth = 0; depth < 5; depth++) {
      text = shelfWith({ in: text });
    }
    const error = await failureOf(toolkit.identify(new WatchedSource(text, 'FILE')));
    expect(String(error)).to.include(
      ': shelf › shelf › shelf › shelf holds another shelf, and at most 4 containers inside each other are opened',
    );
  });

  it('with invalid contents is the plug-in’s failure, and closes the file', async () => {
    for (const nonsense of [{}, { entries: [{ name: '' }], damage: [] }]) {
      const wrong = {
        ...shelf,
        open: async (source: ByteSource) =>
          inOneStep(
            () => ({ ...nonsense, [Symbol.dispose]: () => source[Symbol.dispose]() }) as never,
          ),
      };
      const source = new WatchedSource(shelfWith({}));
      const error = await failureOf(
        createToolkit([definePlugin({ name: 'p', containers: [wrong] })]).identify(source),
      );
      expect(error).to.have.property('code', 'plugin-failed');
      expect(String(error)).to.include("container 'shelf' failed: TypeError");
      expect(source.isDisposed).to.equal(true);
    }
  });

  it('that holds none is no dump', async () => {
    const error = await failureOf(toolkit.identify(new WatchedSource(shelfWith({}), 'FILE')));
    expect(String(error))
      .to.include('FILE: no format claims this file')
      .and.include('shelf holds no file');
  });

  it('is opened as a dump of the entry, and closed with it', async () => {
    const source = new WatchedSource(shelfWith({ a: 'STATE x' }));
    const dump = await toolkit.open(source);
    expect(dump.container).to.equal('shelf');
    dump[Symbol.dispose]();
    expect(source.isDisposed).to.equal(true);
  });

  describe('that are packed one by one', () => {
    const opened: string[] = [];
    const packedShelf: Container = {
      ...shelf,
      async open(source) {
        const steps = await shelf.open(source, openContext());
        const contents = resultOf(steps);
        const damage: Damage[] = [];
        return inOneStep(() => ({
          ...contents,
          damage,
          startOf: (entry) => readExactly(contents.open(entry), 0, 6, 'start'),
          *openInSteps(entry) {
            opened.push(entry.name);
            yield { kind: 'progress', doing: `unpacking ${entry.name}`, fraction: 0.5 };
            damage.push({ name: 'worn', detail: 'a page is torn', loses: 'nothing' });
            return contents.open(entry);
          },
        }));
      },
    };
    const packing = createToolkit([
      definePlugin({ name: 'p', containers: [packedShelf], formats: [stateFormat] }),
    ]);

    it('are chosen by their starts, and only the chosen one is unpacked, with progress', async () => {
      const source = new WatchedSource(shelfWith({ readme: 'nothing', dump: 'STATE x' }), 'FILE');
      const told: string[] = [];
      using identified = await packing.identify(source, {
        onProgress: ({ doing }) => told.push(doing),
      });
      expect(textOf(identified.source)).to.equal('STATE x');
      expect(opened).to.deep.equal(['dump']);
      expect(told).to.include('unpacking dump');
      expect(identified.damage.map(({ name }) => name)).to.deep.equal(['worn']);
    });
  });
});
