import { createHash } from 'node:crypto';
import {
  BufferSource,
  type ByteRange,
  type Container,
  definePlugin,
  inOneStep,
  resultOf,
  type StatedDigest,
} from '@vmcorekit/core';
import { checkDigests, createToolkit } from '@vmcorekit/engine';
import { expect } from 'chai';
import { bytesOf, claimBy, stateFormat, WatchedSource } from '../opening/toys.ts';

const text = 'STATE x';
const hashNamed = (name: string) => (name === 'md5' ? () => createHash(name) : undefined);
const md5 = (of: string): string => createHash('md5').update(of).digest('hex');

function stating(fields: Partial<StatedDigest>): StatedDigest {
  return { algorithm: 'md5', expected: md5(text), statedBy: 'label', ...fields };
}

/** `BOX`: holds a state, and states digests of it. */
function boxWith(digests: readonly StatedDigest[]): Container {
  return {
    name: 'box',
    probe: claimBy('BOX'),
    open: async (source) =>
      inOneStep(() => ({
        entries: [{ name: '', sizeInBytes: text.length }],
        open: () => new BufferSource(bytesOf(text), 'state'),
        digestsOf: () => digests,
        damage: [],
        [Symbol.dispose]: () => source[Symbol.dispose](),
      })),
  };
}

async function verified(digests: readonly StatedDigest[]) {
  const plugin = definePlugin({
    name: 'p',
    containers: [boxWith(digests)],
    formats: [stateFormat],
  });
  const toolkit = createToolkit([plugin], { hashNamed });
  const dump = await toolkit.open(new WatchedSource('BOX', 'x.box'));
  return await toolkit.verify(dump);
}

function checked(source: BufferSource, digests: readonly StatedDigest[]) {
  return resultOf(checkDigests([{ container: 'box', content: source, digests }], hashNamed));
}

class Lossy extends BufferSource {
  *lostRanges(): Iterable<ByteRange> {
    yield { offset: 2, lengthInBytes: 1 };
  }
}

describe('digests that a container states', () => {
  it('are compared with the contents', async () => {
    const { isSound, digests } = await verified([stating({})]);
    expect(isSound).to.equal(true);
    const expected = md5(text);
    expect(digests).to.deep.equal([
      {
        container: 'box',
        algorithm: 'md5',
        expected,
        statedBy: 'label',
        actual: expected,
        because: null,
      },
    ]);
  });

  it('are damage where the contents have others', async () => {
    const expected = md5('other');
    const { isSound, damage } = await verified([stating({ expected, fileOffset: 3 })]);
    expect(isSound).to.equal(false);
    expect(damage.flatMap(({ first }) => first)).to.deep.equal([
      {
        name: 'digest-differs',
        loses: 'page',
        detail: `the md5 of state is ${md5(text)}, and the label says ${expected}`,
        fileOffset: 3,
      },
    ]);
  });

  it('may be of a part of the contents', async () => {
    const part = stating({ expected: md5('ATE'), covers: { offset: 2, lengthInBytes: 3 } });
    const { isSound, digests } = await verified([stating({}), part]);
    expect(isSound).to.equal(true);
    expect(digests.map(({ actual }) => actual)).to.deep.equal([md5(text), md5('ATE')]);
  });

  it('may bring their own algorithm', async () => {
    const own = () => ({ update: () => {}, digest: () => Uint8Array.of(0xab) });
    const { digests } = await verified([
      stating({ algorithm: 'own', expected: 'ab', createHash: own }),
    ]);
    expect(digests).to.have.nested.property('[0].actual', 'ab');
  });

  it('are listed where nothing computes them', async () => {
    const { isSound, digests } = await verified([stating({ algorithm: 'sha0' })]);
    expect(isSound).to.equal(true);
    expect(digests[0]).to.include({ actual: null, because: 'nothing here computes sha0' });
  });

  it('are read once for several of one stretch', () => {
    let reads = 0;
    const source = new BufferSource(bytesOf(text));
    const readInto = source.readInto.bind(source);
    source.readInto = (offset, target) => {
      reads += 1;
      return readInto(offset, target);
    };
    expect(checked(source, [stating({}), stating({})]).digests).to.have.lengthOf(2);
    expect(reads).to.equal(1);
  });

  it('were computed once for each of 1000 that are stated', () => {
    let made = 0;
    const counting = (name: string) => {
      made += 1;
      return hashNamed(name);
    };
    const source = new BufferSource(bytesOf(text));
    let updates = 0;
    const own = () => ({ update: () => (updates += 1), digest: () => Uint8Array.of(1) });
    const digests = Array.from({ length: 1000 }, (_, at) =>
      stating({ createHash: own, expected: at === 0 ? '01' : '02' }),
    );
    const contents = [{ container: 'box', content: source, digests }];
    const found = resultOf(checkDigests(contents, counting));
    expect([updates, made]).to.deep.equal([1, 0]);
    expect(found.digests).to.have.lengthOf(1000);
    expect(found.damage).to.have.lengthOf(999);
  });

  it('are not computed where the container says why not', () => {
    const source = new BufferSource(bytesOf(text), 'state');
    source.readInto = () => expect.fail('it was read');
    const found = checked(source, [
      stating({ notComputed: 'it is too large' }),
      stating({ notComputed: 'it is too large', algorithm: 'sha1' }),
    ]);
    expect(found.digests.map(({ actual, because }) => [actual, because])).to.deep.equal([
      [null, 'it is too large'],
      [null, 'it is too large'],
    ]);
    expect(found.damage.map(({ detail }) => detail)).to.deep.equal([
      'md5, sha1 of state cannot be compared: it is too large',
    ]);
  });

  it('are not computed of contents that are lost in part', () => {
    const { digests, damage } = checked(new Lossy(bytesOf(text), 'state'), [stating({})]);
    expect(digests[0]).to.include({ actual: null, because: 'a part of it is lost' });
    expect(damage).to.deep.equal([
      {
        name: 'digest-unchecked',
        loses: 'nothing',
        detail: 'md5 of state cannot be compared: a part of it is lost',
      },
    ]);
  });

  it('are not computed of a part that the contents do not have', () => {
    const covers = { offset: 4, lengthInBytes: 9 };
    const { digests } = checked(new BufferSource(bytesOf(text)), [stating({ covers })]);
    expect(digests[0]).to.include({ actual: null, because: `it ends after ${text.length} bytes` });
  });
});
