import { readFileSync } from 'node:fs';
import { BufferSource, type ByteSource, definePlugin } from '@vmcorekit/core';
import { expect } from 'chai';
import { type ErrorCode, open, type Progress, VmcorekitError } from 'vmcorekit';
import { readFixtures } from '../support/fixture.ts';
import { physBase, writeKernelDump, writeSplitKernelDump } from '../support/kernel-dump.ts';
import { codeOf, rejectionOf } from '../support/rejection.ts';

/** A source that says whether it was closed. */
class WatchedSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  closed = 0;
  readonly #bytes: BufferSource;

  constructor(bytes: Uint8Array, name: string = 'bytes') {
    this.name = name;
    this.sizeInBytes = bytes.length;
    this.#bytes = new BufferSource(bytes, name);
  }

  readInto(offset: number, target: Uint8Array): number {
    return this.#bytes.readInto(offset, target);
  }

  [Symbol.dispose](): void {
    this.closed++;
  }
}

describe('open', () => {
  const { path } = writeKernelDump();
  const fixture = readFixtures().find(({ name }) => name === 'ovmf-nokaslr') ?? expect.fail();

  it('takes a path or a source, and says so of anything else', async () => {
    for (const input of [
      new Uint8Array(4),
      undefined,
      null,
      5,
      new URL('file:///vmcore'),
      {},
      ['vmcore', 5],
    ]) {
      expect(await codeOf(open(input as never)), typeof input).to.equal('usage');
    }
  });

  it('opens a path, and says of the dump what the file says', async () => {
    using dump = await open(fixture.pathOf('dump.kdump'));
    expect(dump.files).to.deep.equal([fixture.pathOf('dump.kdump')]);
    expect(dump.image.format).to.equal('kdump');
    expect(dump.architecture?.name).to.equal('x86_64');
    expect(dump.layout?.name).to.equal('x86_64');
    expect(dump.container).to.equal(null);
    expect(dump.damage).to.deep.equal([]);
    expect(dump.cpus).to.not.equal(undefined);
    expect(dump.statistics.bytesRead).to.be.above(0);
  });

  it('opens bytes', async () => {
    using dump = await open(new BufferSource(readFileSync(path), 'bytes'));
    expect(dump.files).to.deep.equal(['bytes']);
    expect((await dump.locate()).located?.physBase).to.equal(physBase);
  });

  it('joins the parts of a split dump, paths and bytes, in any order', async () => {
    const [first = '', second = '', third = ''] = writeSplitKernelDump();
    using dump = await open([third, new BufferSource(readFileSync(first), 'first'), second]);
    expect(dump.files).to.deep.equal([third, 'first', second]);
    expect((await dump.locate()).confidence).to.equal('certain');
  });

  it('opens formats of the caller’s own plug-ins', async () => {
    const seen: string[] = [];
    const plugin = definePlugin({
      name: 'own',
      formats: [
        {
          name: 'own',
          summary: 'looks at a file, and claims none',
          probe: ({ name }) => {
            seen.push(name);
            return undefined;
          },
          open: () => expect.fail('it claims nothing'),
        },
      ],
    });
    using dump = await open(path, { plugins: [plugin] });
    expect(dump.image.format).to.equal('kdump');
    expect(seen).to.deep.equal([path]);
    expect(dump.toolkit.registry.all('formats').map(({ name }) => name)).to.include('own');
  });

  const mistakes: readonly (readonly [
    what: string,
    input: () => Parameters<typeof open>[0],
    code: ErrorCode,
  ])[] = [
    ['no input', () => [], 'usage'],
    ['a missing file', () => '/no/such/file', 'io'],
    ['a file of no format', () => new BufferSource(Uint8Array.of(1, 2, 3)), 'unknown-format'],
    ['a file that is no dump', () => import.meta.filename, 'unsupported'],
    ['a file that is no dump, beside a dump', () => [path, import.meta.filename], 'unsupported'],
    [
      'a dump and a file of no format',
      () => [path, new BufferSource(Uint8Array.of(1, 2, 3))],
      'unknown-format',
    ],
  ];
  for (const [what, input, code] of mistakes) {
    it(`throws ${code} for ${what}`, async () => {
      expect(await codeOf(open(input()))).to.equal(code);
    });
  }

  it('closes all sources where one of them cannot be opened', async () => {
    const sources = [readFileSync(path), Buffer.from('no dump'), readFileSync(path)].map(
      (bytes) => new WatchedSource(bytes),
    );
    expect(await codeOf(open(sources))).to.equal('unknown-format');
    expect(sources.map(({ closed }) => closed > 0)).to.deep.equal([true, true, true]);
  });

  it('closes a source where a path beside it does not exist', async () => {
    const source = new WatchedSource(readFileSync(path));
    expect(await codeOf(open([source, '/no/such/part']))).to.equal('io');
    expect(source.closed).to.equal(1);
  });

  it('rejects with the signal’s reason, and closes the sources', async () => {
    const source = new WatchedSource(readFileSync(path));
    const reason = new Error('no longer wanted');
    const error = await open(source, { signal: AbortSignal.abort(reason) }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.equal(reason);
    expect(source.closed).to.be.above(0);
  });

  it('throws errors that differ by class and code', async () => {
    const error = await open(import.meta.filename).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(VmcorekitError).and.have.property('code', 'unsupported');
  });

  /** A format that takes three steps to refuse every file. */
  const stepwise = definePlugin({
    name: 'own',
    formats: [
      {
        name: 'stepwise',
        summary: 'takes three steps',
        probe: () => ({ because: 'the test says so', strength: 'signature' }),
        async open() {
          return steps();
        },
      },
    ],
  });
  function* steps(): Generator<Progress, never, void> {
    for (const fraction of [0.25, 0.5, 0.75]) {
      yield { kind: 'progress', doing: 'indexing', fraction };
    }
    throw new VmcorekitError('unsupported', { what: 'this dump', advice: 'none' });
  }

  it('reports the progress of opening', async () => {
    const seen: (number | null)[] = [];
    const onProgress = ({ fraction }: Progress): void => void seen.push(fraction);
    expect(
      await codeOf(open(new WatchedSource(Buffer.from('x')), { plugins: [stepwise], onProgress })),
    ).to.equal('unsupported');
    expect(seen).to.deep.equal([0.25, 0.5, 0.75]);
  });

  it('stops opening between two steps, and closes the source', async () => {
    const stopping = new AbortController();
    const source = new WatchedSource(Buffer.from('x'));
    const seen: (number | null)[] = [];
    const onProgress = ({ fraction }: Progress): void => {
      seen.push(fraction);
      stopping.abort(new Error('enough'));
    };
    const work = open(source, { plugins: [stepwise], signal: stopping.signal, onProgress });
    expect(await rejectionOf(work)).to.have.property('message', 'enough');
    expect(seen).to.deep.equal([0.25]);
    expect(source.closed).to.be.above(0);
  });
});
