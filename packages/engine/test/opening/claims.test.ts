import {
  BufferSource,
  type ClaimStrength,
  type DumpFormat,
  definePlugin,
  type FileHead,
  VmcorekitError,
} from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { expect } from 'chai';
import {
  bytesOf,
  claimBy,
  failureOf,
  shelf,
  shelfWith,
  stateFormat,
  WatchedSource,
} from './toys.ts';

function format(name: string, strength: ClaimStrength, more: Partial<DumpFormat> = {}): DumpFormat {
  return {
    name,
    summary: name,
    probe: claimBy('X', strength),
    open: () => Promise.reject(new Error('not played')),
    ...more,
  };
}

async function chosen(...formats: readonly DumpFormat[]): Promise<string> {
  const identified = await createToolkit([definePlugin({ name: 'p', formats })]).identify(
    new BufferSource(bytesOf('X')),
  );
  return identified.format.name;
}

describe('a claim to a file', () => {
  it('wins by its strength, whatever the order of registration', async () => {
    const [named, likely, signature] = [
      format('a', 'name-only'),
      format('b', 'likely'),
      format('c', 'signature'),
    ];
    expect(await chosen(named, likely, signature)).to.equal('c');
    expect(await chosen(named, likely)).to.equal('b');
    expect(await chosen(named)).to.equal('a');
  });

  it('wins by the order of registration among equals', async () => {
    expect(await chosen(format('a', 'likely'), format('b', 'likely'))).to.equal('a');
  });

  it('sees name, size, head and tail of the file', async () => {
    let seen: FileHead | undefined;
    const bytes = new Uint8Array(200_000).map((_, index) => index % 251);
    const curious = format('curious', 'signature', {
      probe(file) {
        seen = file;
        expect(file.tail(3)).to.deep.equal(bytes.subarray(-3));
        expect(file.tail(1e9)).to.deep.equal(bytes.subarray(-65_536));
        return { because: 'seen', strength: 'likely' };
      },
    });
    await createToolkit([definePlugin({ name: 'p', formats: [curious] })]).identify(
      new BufferSource(bytes, 'NAME'),
    );
    expect(seen).to.include({ name: 'NAME', sizeInBytes: 200_000 });
    expect(seen?.head).to.deep.equal(bytes.subarray(0, 65_536));
  });

  it('that is none is named as a failure of the plug-in, and counts for nothing', async () => {
    for (const answer of ['X', { because: 'X' }, { because: 'X', strength: 'certain' }, null]) {
      const wrong = format('wrong', 'signature', { probe: () => answer as never });
      const toolkit = createToolkit([
        definePlugin({ name: 'p', formats: [wrong, format('right', 'likely')] }),
      ]);
      const identified = await toolkit.identify(new BufferSource(bytesOf('X')));
      expect(identified.format.name).to.equal('right');
      expect(identified.damage.map(({ name }) => name)).to.deep.equal(['plugin-failed']);
    }
  });

  it('of a container gives way to a stronger one of a format', async () => {
    const weak = { ...shelf, probe: claimBy('SHELF', 'likely') };
    const strong = format('strong', 'signature', { probe: claimBy('SHELF') });
    const toolkit = createToolkit([
      definePlugin({ name: 'p', containers: [weak], formats: [strong, stateFormat] }),
    ]);
    const identified = await toolkit.identify(new WatchedSource(shelfWith({ a: 'STATE x' })));
    expect(identified).to.have.nested.property('format.name', 'strong');
  });

  it('is not missing where the disk is broken: that ends the opening', async () => {
    const broken = new WatchedSource('X'.repeat(200_000));
    const looksAtTheEnd = format('late', 'signature', {
      probe(file) {
        file.tail(1);
        return undefined;
      },
    });
    const toolkit = createToolkit([
      definePlugin({ name: 'p', formats: [looksAtTheEnd, format('x', 'signature')] }),
    ]);
    let reads = 0;
    const readInto = broken.readInto.bind(broken);
    broken.readInto = (offset, target) => {
      reads += 1;
      if (reads > 1) {
        throw new VmcorekitError('io', { file: 'X', because: 'the disk broke' });
      }
      return readInto(offset, target);
    };
    expect(await failureOf(toolkit.identify(broken))).to.have.property(
      'message',
      'X: the disk broke',
    );
    expect(broken.isDisposed).to.equal(true);
  });
});

describe('a format known by name only', () => {
  const named = format('lime', 'name-only', { isNamedOnly: true });

  it('makes room for one of the same name that is read, whichever comes first', () => {
    const ours = definePlugin({ name: 'ours', formats: [named] });
    const theirs = definePlugin({ name: 'theirs', formats: [format('lime', 'signature')] });
    for (const plugins of [
      [ours, theirs],
      [theirs, ours],
    ]) {
      const { registry } = createToolkit(plugins);
      expect(registry.all('formats').map((each) => registry.contributorOf(each))).to.deep.equal([
        'theirs',
      ]);
    }
  });

  it('makes room for a container of the same name', () => {
    const { registry } = createToolkit([
      definePlugin({ name: 'ours', formats: [named] }),
      definePlugin({ name: 'theirs', containers: [{ ...shelf, name: 'lime' }] }),
    ]);
    expect(registry.all('formats')).to.deep.equal([]);
  });

  it('clashes with another that is only named', () => {
    const plugins = ['ours', 'theirs'].map((name) => definePlugin({ name, formats: [named] }));
    expect(() => createToolkit(plugins)).to.throw(
      "format 'lime' is contributed by both 'ours' and 'theirs'",
    );
  });
});
