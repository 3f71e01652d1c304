import { type Container, type DumpFormat, definePlugin, hasAt } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { expect } from 'chai';
import { claimBy, failureOf, memoryOpener, shelf, shelfWith, stateFormat, textOf } from './toys.ts';

/** A shelf whose mark a guest can write. */
const weak: Container = {
  ...shelf,
  name: 'weak',
  probe: ({ head }) =>
    hasAt(head, 0, 'SHELF{"w')
      ? { because: 'begins with SHELF and w', strength: 'signature', mayBeMemory: true }
      : undefined,
};
const firm: Container = { ...shelf, name: 'firm', probe: claimBy('SHELF{"f') };
const memoryFormat: DumpFormat = {
  ...stateFormat,
  name: 'raw',
  takesPlaces: true,
  probe: ({ sizeInBytes }) =>
    sizeInBytes % 2 === 0 ? { because: 'it may be', strength: 'guess' } : undefined,
  async isDescribed({ name }, companion) {
    using list = name.endsWith('.ranges') ? await companion('list') : undefined;
    return list !== undefined;
  },
};
const describing: DumpFormat = {
  ...stateFormat,
  mainFilesOf: (name) => (name.endsWith('.mem') ? ['state'] : []),
};
const inner = 'STATE of a dump';
const even = shelfWith({ w: inner });
const firmShelf = shelfWith({ f: inner });

async function found(
  files: Readonly<Record<string, string>>,
  name: string,
  format?: string,
): Promise<{ readonly as: string; readonly isUnpacked: boolean; readonly damage: string[] }> {
  const toolkit = createToolkit([
    definePlugin({
      name: 'p',
      sources: [memoryOpener(files)],
      containers: [weak, firm],
      formats: [describing, memoryFormat],
    }),
  ]);
  const { source, ...named } = await toolkit.openFile(name);
  using identified = await toolkit.identify(source, { ...named, format });
  return {
    as: identified.format.name,
    isUnpacked: textOf(identified.source).startsWith(inner),
    damage: identified.damage.map((each) => each.name),
  };
}

describe('a file that may be memory or an archive by marks that a guest can write', () => {
  const memory = { as: 'raw', isUnpacked: false, damage: [] };
  const archive = { as: 'state', isUnpacked: true, damage: [] };

  it('was opened as the archive; is refused with both ways to name it', async () => {
    expect([even.length % 2, firmShelf.length % 2]).to.deep.equal([0, 0]);
    expect(await failureOf(found({ even }, 'even'))).to.have.property(
      'message',
      'even may be a weak archive (begins with SHELF and w), and may be raw memory that holds the same bytes: FILE//ENTRY opens the archive, --format raw the memory',
    );
  });

  it('is what the user says', async () => {
    expect(await found({ even }, 'even//w')).to.deep.equal(archive);
    const damage = ['not-unpacked'];
    expect(await found({ even }, 'even', 'raw')).to.deep.equal({ ...memory, damage });
    expect(await found({ even }, 'even@0')).to.deep.equal({ ...memory, damage });
    expect(await found({ even }, 'even//w', 'state')).to.deep.equal(archive);
  });

  it('is memory where a file beside it says so', async () => {
    const files = { 'x.ranges': even, list: '', 'x.mem': even, state: 'STATE x.mem' };
    expect(await found(files, 'x.ranges')).to.deep.equal(memory);
    expect((await found(files, 'x.mem')).as).to.equal('state');
    expect(await found({ 'x.ranges': even }, 'x.ranges//w')).to.deep.equal(archive);
    expect(String(await failureOf(found({ 'x.ranges': even }, 'x.ranges')))).to.include('may be');
    // No guest wrote the list: it also beats marks that are else believed.
    expect(await found({ 'x.ranges': firmShelf, list: '' }, 'x.ranges')).to.deep.equal(memory);
  });

  it('was unpacked, though a file beside it describes it as memory', async () => {
    const state = 'STATE x.mem';
    const damage = ['not-unpacked'];
    expect(await found({ 'x.mem': firmShelf, state }, 'x.mem')).to.deep.equal({
      as: 'state',
      isUnpacked: false,
      damage,
    });
    // Neither the wrong file beside it nor an entry's name says that.
    expect(await found({ 'x.mem': firmShelf, state: 'other' }, 'x.mem')).to.deep.equal(archive);
    expect(await found({ 'x.mem': firmShelf, state }, 'x.mem//f')).to.deep.equal(archive);
    const odd = shelfWith({ f: `${inner}.` });
    expect((await found({ 'x.mem': odd, state }, 'x.mem')).isUnpacked).to.equal(true);
  });

  it('is the archive where no memory has its size', async () => {
    const odd = shelfWith({ w: `${inner}.` });
    expect(await found({ odd }, 'odd')).to.deep.equal(archive);
  });
});

describe('a file that begins with the mark of a container', () => {
  it('could not be read as memory; is, where the user gives a place and a format', async () => {
    const read = await found({ firmShelf }, 'firmShelf@0', 'raw');
    expect(read).to.deep.equal({ as: 'raw', isUnpacked: false, damage: ['not-unpacked'] });
    expect((await found({ firmShelf }, 'firmShelf@0')).isUnpacked).to.equal(true);
    expect((await found({ firmShelf }, 'firmShelf', 'raw')).isUnpacked).to.equal(true);
  });
});
