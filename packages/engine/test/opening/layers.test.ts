import { BufferSource, type ByteSource, definePlugin, VmcorekitError } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { expect } from 'chai';
import fc from 'fast-check';
import { failureOf, shelf, shelfWith, stateFormat, textOf } from './toys.ts';

const page = 4096;

/** A file of pages, each full of one byte. Stored: how many of its pages have room on a disk. */
class Pages extends BufferSource {
  readonly storedInBytes: number | undefined;
  isDisposed: boolean = false;

  constructor(name: string, pages: readonly number[], stored: number | undefined) {
    super(
      Uint8Array.from(
        { length: pages.length * page },
        (_, at) => pages[Math.floor(at / page)] ?? 0,
      ),
      name,
    );
    this.storedInBytes = stored === undefined ? undefined : stored * page;
  }

  override [Symbol.dispose](): void {
    this.isDisposed = true;
  }
}

function toolkitOf(files: readonly ByteSource[]) {
  const open = async (url: string): Promise<ByteSource> => {
    const source = files.find(({ name }) => name === url);
    if (source === undefined) {
      throw new VmcorekitError('io', { file: url, because: 'no such file' });
    }
    return source;
  };
  const opener = { name: 'toy', summary: 'files of a test', schemes: ['file'], open };
  const format = {
    ...stateFormat,
    probe: () => ({ because: 'any', strength: 'guess' as const }),
  };
  return createToolkit([
    definePlugin({ name: 'p', sources: [opener], containers: [shelf], formats: [format] }),
  ]);
}

/** The first byte of each page, and what is not certain. */
async function read(name: string, ...files: readonly ByteSource[]) {
  const toolkit = toolkitOf(files);
  const { source, ...named } = await toolkit.openFile(name);
  using identified = await toolkit.identify(source, named);
  const all = new Uint8Array(identified.source.sizeInBytes);
  identified.source.readInto(0, all);
  return {
    pages: Array.from({ length: all.length / page }, (_, index) => all[index * page]),
    damage: identified.damage.map(({ detail }) => detail),
  };
}

const base = () => new Pages('base', [1, 1, 1, 0], 4);

describe('layers of memory', () => {
  it('have what the last one stores, and in its holes what is below', async () => {
    const found = await read(
      'base+one+two',
      base(),
      new Pages('one', [0, 2, 2, 0], 2),
      new Pages('two', [0, 0, 3, 0], 1),
    );
    expect(found).to.deep.equal({ pages: [1, 2, 3, 0], damage: [] });
  });

  it('say how many pages of zeros a layer may store, which look like holes', async () => {
    const found = await read('base+one', base(), new Pages('one', [0, 2, 0, 0], 2));
    expect(found).to.deep.equal({
      pages: [1, 2, 1, 0],
      damage: [
        'pages of zeros in one are taken to be holes, and read as in base; those that it stores (at most 1 page) are older than they should be',
      ],
    });
  });

  it('say that nothing is known of them where the file system compresses', async () => {
    const { damage } = await read('base+one', base(), new Pages('one', [0, 2, 2, 0], 1));
    expect(damage.join()).to.include('nothing says how many');
  });

  it('are read right at any offset and length', async () => {
    const toolkit = toolkitOf([
      new Pages('base', [1, 2, 3, 0, 5], 5),
      new Pages('one', [0, 7, 0, 0, 9], 2),
    ]);
    const { source } = await toolkit.openFile('base+one');
    const whole = [1, 7, 3, 0, 9].flatMap((byte) => Array<number>(page).fill(byte));
    fc.assert(
      fc.property(fc.nat(6 * page), fc.nat(3 * page), (offset, length) => {
        const bytes = new Uint8Array(length);
        const got = source.readInto(offset, bytes);
        expect([...bytes.subarray(0, got)]).to.deep.equal(whole.slice(offset, offset + length));
      }),
      { numRuns: 30 },
    );
  });

  for (const [why, layer, message] of [
    [
      'is of another size',
      new Pages('one', [1], 0),
      'one of 4096 bytes as a layer over base of 16384 bytes',
    ],
    ['has no holes', new Pages('one', [0, 2, 2, 0], 4), 'one, which has no holes'],
    [
      'may have holes anywhere',
      new Pages('one', [0, 2, 2, 0], undefined),
      'one, which has no holes',
    ],
  ] as const) {
    it(`are refused, and closed, if one ${why}`, async () => {
      const below = base();
      const error = await failureOf(read('base+one', below, layer));
      expect(error).to.have.property('code', 'unsupported');
      expect(error).to.have.property('message').that.includes(message);
      expect([below.isDisposed, layer.isDisposed]).to.deep.equal([true, true]);
    });
  }

  it('are refused if one is packed', async () => {
    const packed = new BufferSource(new TextEncoder().encode(shelfWith({ a: 'b' })), 'base');
    const error = await failureOf(read('base+one', packed, new Pages('one', [0, 1], 1)));
    expect(error).to.have.property('message').that.includes('base is a container (shelf)');
  });

  it('are missed by name, and a name that is a file is that file', async () => {
    expect(await failureOf(read('base+one', base()))).to.have.property(
      'message',
      'one: no such file',
    );
    expect(await failureOf(read('none+one', base()))).to.have.property(
      'message',
      'none+one: no such file',
    );
    const { source } = await toolkitOf([new BufferSource(Uint8Array.of(65), 'a+b')]).openFile(
      'a+b',
    );
    expect(textOf(source)).to.equal('A');
  });
});
