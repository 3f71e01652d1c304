import { type ByteSource, type DumpFormat, definePlugin, VmcorekitError } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { expect } from 'chai';
import { memoryOpener, shelf, shelfWith, stateFormat, textOf } from './toys.ts';

const opened: string[][] = [];
const guess: DumpFormat = {
  ...stateFormat,
  name: 'guess',
  probe: () => ({ because: 'it may be', strength: 'guess' }),
};
const described: DumpFormat = {
  ...stateFormat,
  mainFilesOf: (name) =>
    name.endsWith('.mem') ? [name.replace('.mem', '.a'), name.replace('.mem', '.b')] : [],
  async open(files, context) {
    opened.push(files.map(textOf));
    if (textOf(files[0] as ByteSource).includes('REFUSED')) {
      throw new VmcorekitError('unsupported', { what: 'this state', advice: 'take another' });
    }
    return stateFormat.open(files, context);
  },
};

async function open(files: Readonly<Record<string, string>>, name: string, format?: string) {
  opened.length = 0;
  const toolkit = createToolkit([
    definePlugin({
      name: 'p',
      sources: [memoryOpener(files)],
      containers: [shelf],
      formats: [guess, described],
    }),
  ]);
  const { source, ...named } = await toolkit.openFile(name);
  const identified = await toolkit.identify(source, { ...named, format });
  using dump = await toolkit.openIdentified([identified]);
  return {
    format: identified.format.name,
    files: dump.files,
    filesBeside: dump.filesBeside,
    damage: dump.damage.map(({ detail }) => detail),
  };
}

describe('a file that another beside it describes', () => {
  it('is opened with that one first', async () => {
    expect(await open({ 'x.mem': 'memory', 'x.b': 'STATE x' }, 'x.mem')).to.deep.equal({
      format: 'state',
      files: ['x.mem'],
      filesBeside: ['x.b'],
      damage: [],
    });
    expect(opened).to.deep.equal([['STATE x', 'memory']]);
  });

  it('is a guess where none is there', async () => {
    const alone = await open({ 'x.mem': 'memory' }, 'x.mem');
    expect(alone).to.deep.include({ format: 'guess', filesBeside: [], damage: [] });
  });

  it('is a guess where the user says so', async () => {
    const told = await open({ 'x.mem': 'memory', 'x.b': 'STATE x' }, 'x.mem', 'guess');
    expect(told).to.deep.include({ format: 'guess', filesBeside: [] });
  });

  it('is a guess inside a container', async () => {
    const files = { 'x.mem': shelfWith({ 'x.mem': 'memory' }), 'x.b': 'STATE x' };
    expect(await open(files, 'x.mem')).to.deep.include({ format: 'guess', filesBeside: [] });
  });

  it('is a guess where several may describe it', async () => {
    const files = { 'x.mem': 'memory', 'x.a': 'STATE 1', 'x.b': 'STATE 2' };
    const { format, damage, filesBeside } = await open(files, 'x.mem');
    expect([format, filesBeside.length, ...damage]).to.deep.equal([
      'guess',
      0,
      'x.a and x.b lie beside it, and nothing says which describes it; name one of them',
    ]);
  });

  it('is a guess where what lies there is something else', async () => {
    const files = { 'x.mem': 'memory', 'x.a': 'text' };
    const { format, damage, filesBeside } = await open(files, 'x.mem');
    expect([format, filesBeside.length, ...damage]).to.deep.equal([
      'guess',
      0,
      "x.a beside it is no file of the format 'state'",
    ]);
  });

  it('is a guess where the two cannot be opened together', async () => {
    const files = { 'x.mem': 'memory', 'x.a': 'STATE REFUSED' };
    const { format, damage, filesBeside } = await open(files, 'x.mem');
    expect([format, filesBeside]).to.deep.equal(['state', []]);
    expect(damage).to.deep.equal(['x.a beside it cannot be used: this state: take another']);
  });
});
