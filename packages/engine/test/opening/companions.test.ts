import { type ByteSource, definePlugin, type SourceOpener } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { expect } from 'chai';
import {
  failureOf,
  memoryOpener,
  shelf,
  shelfWith,
  stateFormat,
  textOf,
  WatchedSource,
} from './toys.ts';

function toolkitOf(...sources: readonly SourceOpener[]) {
  return createToolkit([
    definePlugin({ name: 'p', sources, containers: [shelf], formats: [stateFormat] }),
  ]);
}

describe('a companion', () => {
  it('is opened beside the file, by the name that the format says', async () => {
    const toolkit = toolkitOf(memoryOpener({ dump: 'STATE dump.mem', 'dump.mem': 'memory' }));
    const { source, ...named } = await toolkit.openFile('dump');
    using dump = await toolkit.open(source, named);
    expect(new TextDecoder().decode(dump.image.memory.read(0, 6))).to.equal('memory');
    expect(dump.filesBeside).to.deep.equal(['dump.mem']);
    expect(dump.statistics.bytesRead).to.be.at.least('STATE dump.mem'.length + 'memory'.length);
  });

  it('is none where the caller allows none', async () => {
    using dump = await toolkitOf().open(new WatchedSource('STATE dump.mem'));
    expect(new TextDecoder().decode(dump.image.memory.read(0, 5))).to.equal('STATE');
    expect(dump.filesBeside).to.deep.equal([]);
  });

  for (const name of ['', '.', '..', '../secret', '/etc/passwd', 'a/b', 'a\\b', 'nul\0']) {
    it(`is not asked for by a name that could lead elsewhere: ${JSON.stringify(name)}`, async () => {
      const asked: string[] = [];
      const openCompanion = async (wanted: string): Promise<ByteSource | undefined> => {
        asked.push(wanted);
        return undefined;
      };
      using dump = await toolkitOf().open(new WatchedSource(`STATE ${name}`), { openCompanion });
      expect([dump.container, asked]).to.deep.equal([null, []]);
    });
  }
});

describe('a file that a user names', () => {
  const files = memoryOpener({
    a: 'A',
    'a//b': 'AB',
    'x.shelf': shelfWith({ 'a//b': 'STATE 1', c: 'STATE 2' }),
  });
  const web = memoryOpener({ 'web://host/x.shelf': 'WEB' }, ['web', 'webs']);
  const toolkit = toolkitOf(web, files);

  it('is opened by the opener of its scheme, and as a path where there is none', async () => {
    expect(textOf(await toolkit.openSource('web://host/x.shelf'))).to.equal('WEB');
    expect(textOf(await toolkit.openSource('a'))).to.equal('A');
    expect(await failureOf(toolkit.openSource('other://host'))).to.have.property(
      'message',
      'other://host: no such file',
    );
  });

  it('is that file where one has the whole name, else the longest part before //', async () => {
    for (const [name, text, entry] of [
      ['a', 'A', undefined],
      ['a//b', 'AB', undefined],
      ['a//b//c', 'AB', 'c'],
      ['a//c', 'A', 'c'],
      ['x.shelf//a//b', shelfWith({ 'a//b': 'STATE 1', c: 'STATE 2' }), 'a//b'],
      ['web://host/x.shelf//entry', 'WEB', 'entry'],
    ] as const) {
      const opened = await toolkit.openFile(name);
      expect([textOf(opened.source), opened.entry], name).to.deep.equal([text, entry]);
    }
  });

  it('is reported by its whole name where there is none', async () => {
    for (const name of ['none', 'none//entry', 'web://none', '//a']) {
      expect(await failureOf(toolkit.openFile(name))).to.have.property(
        'message',
        `${name}: no such file`,
      );
    }
  });

  it('may be a folder, if it holds all files of a snapshot', async () => {
    const inFolder = { ...stateFormat, folderHolds: ['ram', 'state'] };
    const openIn = async (held: Record<string, string>): Promise<unknown> => {
      const plugin = { name: 'p', sources: [memoryOpener(held)], formats: [inFolder] };
      const opened = createToolkit([definePlugin(plugin)]).openFile('snapshot/');
      return await opened.then(({ source }) => [source.name, textOf(source)], String);
    };
    expect(await openIn({ ram: 'STATE x', state: '{}' })).to.deep.equal(['ram', 'STATE x']);
    expect(await openIn({ ram: 'STATE x' })).to.match(/snapshot\/: no such file$/);
  });

  it('is a matter of usage where nothing is given that could be one', async () => {
    for (const nothing of [undefined, null, 7, ''] as unknown as string[]) {
      for (const opening of [toolkit.openFile(nothing), toolkit.openSource(nothing)]) {
        const error = await failureOf(opening);
        expect(error).to.have.property('code', 'usage');
      }
    }
  });

  it('cannot be opened where no opener takes files', async () => {
    const error = await failureOf(createToolkit([]).openFile('a'));
    expect(error).to.have.property('message', "no source opener is called 'file'");
  });
});
