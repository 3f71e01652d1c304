import { x8664 } from '@vmcorekit/architectures';
import {
  BufferSink,
  BufferSource,
  type ByteSource,
  type Container,
  type ContainerContents,
  type DumpFormat,
  type DumpImage,
  type DumpWriter,
  definePlugin,
  type FileClaim,
  type Heuristic,
  type Progress,
  SliceSource,
} from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { memoryDump, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function format(name: string, magic: string, splitSet?: string): DumpFormat {
  return {
    name,
    summary: name,
    probe: ({ head }) => claim(head, magic),
    open: () => Promise.reject(new Error('not played')),
    ...(splitSet === undefined ? {} : { splitSetOf: () => splitSet }),
  };
}

function writerOf(...kinds: readonly string[]): DumpWriter {
  return {
    kinds: kinds.map((name) => ({ name, summary: `a ${name} file`, endings: [] })),
    write: () => Promise.reject(new Error('not played')),
  };
}

function claim(head: Uint8Array, magic: string): FileClaim | undefined {
  return new TextDecoder().decode(head).startsWith(magic)
    ? { because: `it starts with ${magic}`, strength: 'signature' }
    : undefined;
}

function* contentsOf(source: ByteSource): Generator<Progress, ContainerContents, void> {
  yield { kind: 'progress', doing: 'unwrapping', fraction: null };
  const sizeInBytes = source.sizeInBytes - 4;
  return {
    entries: [{ name: '', sizeInBytes }],
    open: () => new SliceSource(source, 4, sizeInBytes),
    damage: [{ name: 'played', loses: 'nothing', detail: 'played' }],
    [Symbol.dispose]: () => source[Symbol.dispose](),
  };
}

/** Four bytes `wrap`, then the contents. */
const wrap: Container = {
  name: 'wrap',
  probe: ({ head }) => claim(head, 'wrap'),
  async open(source) {
    return contentsOf(source);
  },
};

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('did not throw');
}

function tracked(text: string): ByteSource & { isDisposed: boolean } {
  const inner = new BufferSource(bytesOf(text), 'tracked');
  return {
    name: inner.name,
    sizeInBytes: inner.sizeInBytes,
    isDisposed: false,
    readInto: (offset, target) => inner.readInto(offset, target),
    [Symbol.dispose]() {
      this.isDisposed = true;
    },
  };
}

describe('Toolkit', () => {
  const toolkit = createToolkit([
    definePlugin({
      name: 'a',
      formats: [format('one', 'ONE', 'set'), format('two', 'O')],
      containers: [wrap],
    }),
  ]);

  it('gives a file to the first format that claims it, and says why', async () => {
    const identified = await toolkit.identify(new BufferSource(bytesOf('ONE more')));
    expect(identified.format.name).to.equal('one');
    expect(identified).to.include({
      because: 'it starts with ONE',
      container: null,
      splitSet: 'set',
    });
  });

  it('looks inside containers, however nested, and keeps what they found wrong', async () => {
    const identified = await toolkit.identify(new BufferSource(bytesOf('wrapwrapOther')));
    expect(identified.format.name).to.equal('two');
    expect(identified.container).to.equal('wrap');
    expect(identified.damage).to.have.length(2);
  });

  it('does not follow containers without end', async () => {
    expect(
      await failure(toolkit.identify(new BufferSource(bytesOf('wrap'.repeat(1000)), 'bomb'))),
    ).to.contain('no format claims');
  });

  it('lists what was tried when no format claims a file, and lets go of it', async () => {
    const source = tracked('nothing known');
    expect(await failure(toolkit.identify(source))).to.equal(
      'tracked: no format claims this file (tried wrap, one, two)',
    );
    expect(source.isDisposed).to.equal(true);
  });

  it('reports the damage of a container in which no format claims anything', async () => {
    const said = await failure(toolkit.identify(new BufferSource(bytesOf('wrapnothing'), 'cut')));
    expect(said).to.match(/^cut: no format claims this file \(tried wrap, one, two\): ./);
  });

  it('lets go of all files when one of a set is not readable', async () => {
    const sources = [tracked('ONE'), tracked('unknown'), tracked('ONE')] as const;
    await failure(toolkit.open(sources));
    expect(sources.map((source) => source.isDisposed)).to.deep.equal([true, true, true]);
  });

  it('says who clashes when two plug-ins contribute the same name', () => {
    expect(() =>
      createToolkit([
        definePlugin({ name: 'ours', formats: [format('elf', 'E')] }),
        definePlugin({ name: 'theirs', formats: [format('elf', 'E')] }),
      ]),
    ).to.throw("format 'elf' is contributed by both 'ours' and 'theirs'");
  });

  it('says who clashes when two writers make kinds of the same name', () => {
    const writing = (name: string): DumpFormat => ({
      ...format(name, 'E'),
      writer: writerOf('flat'),
    });
    expect(() =>
      createToolkit([
        definePlugin({ name: 'ours', formats: [writing('one')] }),
        definePlugin({ name: 'theirs', formats: [writing('two')] }),
      ]),
    ).to.throw("output kind 'flat' is contributed by both 'ours' and 'theirs'");
  });

  it('lists the kinds of every format with a writer, and refuses unknown kinds', async () => {
    const writer = {
      ...writerOf('flat', 'round'),
      writeSplit: () => Promise.reject(new Error('not played')),
    };
    const written = createToolkit([
      definePlugin({ name: 'a', formats: [format('one', '1'), { ...format('two', '2'), writer }] }),
    ]);
    expect(
      written.outputKinds.map(({ format: by, name, canSplit }) => [by, name, canSplit]),
    ).to.deep.equal([
      ['two', 'flat', true],
      ['two', 'round', true],
    ]);
    const image = {} as DumpImage;
    expect(
      await failure(written.write(image, 'two', new BufferSink(), { kind: 'square' })),
    ).to.equal("a kind of two file: got 'square', allowed is flat, round");
  });

  it('refuses options of a search that mean nothing', async () => {
    const steps: Heuristic = {
      name: 'steps',
      summary: 'has an option',
      needs: [],
      cost: 'header',
      yields: ['physBase'],
      looksAt: 'nothing',
      architectures: 'any',
      options: { step: { type: 'size', summary: 'how far', default: 1, minimum: 1 } },
      *run() {},
    };
    const searching = createToolkit([definePlugin({ name: 'test', heuristics: [steps] })]);
    const dump = memoryDump({ memory: new SparseMemory({ ranges: [] }), architecture: x8664 });
    for (const [options, says] of [
      [{ pageLimit: Number.NaN }, 'pageLimit: got'],
      [{ timeLimitInMilliseconds: -1 }, 'timeLimitInMilliseconds: got'],
      [{ acceptAt: 'foo' as never }, 'acceptAt: got'],
      [{ options: { steps: { stop: 1 } } }, 'stop'],
      [{ options: { steps: { step: 0 } } }, 'step'],
      [{ options: { other: {} } }, 'other'],
    ] as const) {
      expect(await failure(searching.locate(dump, options)), JSON.stringify(options)).to.contain(
        says,
      );
    }
  });

  it('keeps the plug-ins of two toolkits apart', () => {
    const other = createToolkit([definePlugin({ name: 'b', formats: [format('three', '3')] })]);
    expect(other.registry.all('formats').map((each) => each.name)).to.deep.equal(['three']);
    expect(other.registry.all('heuristics')).to.deep.equal([]);
    expect(() => other.registry.named('formats', 'one')).to.throw(
      "no format is called 'one' (there are three)",
    );
  });

  it('prefers the first available codec of a method and prepares it once', async () => {
    let preparations = 0;
    const codec = (name: string, isAvailable: boolean) => ({
      name,
      method: 'zlib',
      isAvailable: () => isAvailable,
      prepare: async () => {
        preparations += 1;
      },
      decode: () => 0,
    });
    const { compressors } = createToolkit([
      definePlugin({
        name: 'codecs',
        compressors: [
          codec('zlib-absent', false),
          codec('zlib-first', true),
          codec('zlib-second', true),
        ],
      }),
    ]);
    expect((await compressors.ready('zlib', 'decode')).name).to.equal('zlib-first');
    await compressors.ready('zlib', 'decode');
    expect(preparations).to.equal(1);
    expect(await failure(compressors.ready('lzo', 'decode'))).to.equal(
      "no compressor is called 'lzo' (there are zlib)",
    );
    expect(await failure(compressors.ready('zlib', 'encode'))).to.equal(
      "no encoder is called 'zlib'",
    );
  });
});
