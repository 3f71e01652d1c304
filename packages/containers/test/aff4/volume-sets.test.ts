import { BufferSource, type ContainerContents } from '@vmcorekit/core';
import {
  type Aff4MapSpec,
  type Aff4StreamSpec,
  buildAff4,
  openContainer,
  propertyRuns,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { containerNamed, errorOf, memoryLike } from '../contents.ts';
import { allOf, chunkSize, context, entryOf, memory, states } from './opened.ts';

const memoryName = 'aff4://map-of-memory';
const streamOf = (stripe: number): string => `aff4://stream-${stripe}`;

/** A volume a stripe: chunks in turn, and in each volume a map of all of them. */
function striped(
  image: Uint8Array,
  stripes: number,
  more: Partial<Aff4StreamSpec> = {},
  statements: string = '',
): Uint8Array[] {
  const chunks = Math.ceil(image.length / chunkSize);
  const numbers = Array.from({ length: chunks }, (_, chunk) => chunk);
  const ranges: Aff4MapSpec['ranges'] = numbers.map((chunk) => ({
    mappedOffset: chunk * chunkSize,
    length: Math.min(chunkSize, image.length - chunk * chunkSize),
    targetOffset: Math.floor(chunk / stripes) * chunkSize,
    target: streamOf(chunk % stripes),
  }));
  return Array.from({ length: stripes }, (_, stripe) => {
    const own = numbers.filter((chunk) => chunk % stripes === stripe);
    const data = Buffer.concat(
      own.map((chunk) => image.subarray(chunk * chunkSize, (chunk + 1) * chunkSize)),
    );
    return buildAff4({
      volume: `aff4://volume-${stripe}`,
      streams: [{ name: streamOf(stripe), data, chunkSize, chunksInSegment: 2, ...more }],
      maps: [{ name: memoryName, ranges, isMemory: true, size: image.length }],
      statements,
    });
  });
}

interface Opened {
  readonly contents: ContainerContents;
  readonly names: readonly string[];
  readonly closed: readonly string[];
}

async function openSet(files: Readonly<Record<string, Uint8Array>>, name: string): Promise<Opened> {
  const names: string[] = [];
  const closed: string[] = [];
  const companion = async (wanted: string): Promise<BufferSource | undefined> => {
    names.push(wanted);
    const bytes = Object.hasOwn(files, wanted) ? files[wanted] : undefined;
    const source = bytes === undefined ? undefined : new BufferSource(bytes, wanted);
    if (source !== undefined) {
      source[Symbol.dispose] = () => {
        closed.push(wanted);
      };
    }
    return source;
  };
  const file = new BufferSource(files[name] ?? new Uint8Array(0), name);
  const contents = await openContainer(containerNamed('aff4'), file, { ...context, companion });
  return { contents, names, closed };
}

const named = (volumes: readonly Uint8Array[], ...names: readonly string[]) =>
  Object.fromEntries(names.map((name, index) => [name, volumes[index] ?? new Uint8Array(0)]));

describe('sets of AFF4 volumes', () => {
  it('are read as one image, whichever volume is named', async () => {
    const files = named(striped(memory, 2), 'm_1.aff4', 'm_2.aff4');
    for (const name of Object.keys(files)) {
      const { contents, closed } = await openSet(files, name);
      expect(states(entryOf(contents, memoryName), memory)).to.equal('==========');
      expect(contents.damage).to.deep.equal([]);
      expect(closed).to.deep.equal([]);
      contents[Symbol.dispose]();
      expect(closed).to.deep.equal(Object.keys(files).filter((each) => each !== name));
    }
  });

  it('lose only the chunks of a volume that is missing, and say what was looked for', async () => {
    const files = named(striped(memory, 3), 'm.001.aff4', 'm.002.aff4');
    const { contents, names } = await openSet(files, 'm.001.aff4');
    expect(states(entryOf(contents, memoryName), memory)).to.equal('==L==L==L=');
    expect(contents.damage.map(({ name }) => name)).to.deep.equal(Array(3).fill('image-part-lost'));
    expect(contents.damage[0]?.detail).to.contain(
      'aff4://stream-2 is in another volume: none of m.001.aff4 to m.032.aff4 has it',
    );
    expect(names.every((name) => /^m\.0\d\d\.aff4$/.test(name))).to.equal(true);
  });

  it('take no stream from a volume of another set, and close it', async () => {
    const [first = new Uint8Array(0)] = striped(memory, 2);
    const other = buildAff4({ streams: [{ name: 'aff4://other', data: memory, chunkSize }] });
    const files = named([first, other, Buffer.from('text')], 'm_1.aff4', 'm_2.aff4', 'm_3.aff4');
    const { contents, closed } = await openSet(files, 'm_1.aff4');
    expect(states(entryOf(contents, memoryName), memory)).to.equal('=L=L=L=L=L');
    expect(closed).to.deep.equal(['m_2.aff4', 'm_3.aff4']);
    expect(contents.damage[0]?.detail).to.contain('m_3.aff4 is no volume: ');
  });

  it('open nothing beside a volume that has all of its streams, or another name', async () => {
    const whole = buildAff4({ streams: [{ name: 'aff4://other', data: memory, chunkSize }] });
    const [first = new Uint8Array(0), second = new Uint8Array(0)] = striped(memory, 2);
    const { closed } = await openSet(named([whole, second], 'm_1.aff4', 'm_2.aff4'), 'm_1.aff4');
    expect(closed).to.deep.equal(['m_2.aff4']);
    const { contents, names } = await openSet(named([first, second], 'a', 'm_2.aff4'), 'a');
    expect(names).to.deep.equal([]);
    expect(states(entryOf(contents, memoryName), memory)).to.equal('=L=L=L=L=L');
    expect(contents.damage[0]?.detail).to.contain('a is not called NAME_1.aff4');
  });

  it('have one budget, so that many volumes take no more memory than one', async () => {
    const statements = '# a long remark\n'.repeat(9 << 16);
    const large = striped(memory, 2, {}, statements);
    const { contents } = await openSet(named(large, 'm_1.aff4', 'm_2.aff4'), 'm_1.aff4');
    expect(states(entryOf(contents, memoryName), memory)).to.equal('=L=L=L=L=L');
    expect(contents.damage[0]?.detail).to.contain('more than 16777216 characters of descriptions');
  });

  it('give any image back, in any number of volumes', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60_000 }),
        fc.integer({ min: 1, max: 12 }),
        fc.nat(11),
        async (size, stripes, chosen) => {
          const image = memoryLike(size);
          const volumes = striped(image, stripes);
          const files = named(volumes, ...volumes.map((_, index) => `x-${index + 1}.aff4`));
          const { contents } = await openSet(files, `x-${(chosen % stripes) + 1}.aff4`);
          expect(Buffer.compare(allOf(entryOf(contents, memoryName)), image)).to.equal(0);
          expect(contents.damage).to.deep.equal([]);
          contents[Symbol.dispose]();
        },
      ),
      { numRuns: propertyRuns(30) },
    ));

  it('are refused where a stream of theirs is packed by an unknown method', async () => {
    const files = named(striped(memory, 2, { compression: 'http://x/y' }), 'm_1.aff4', 'm_2.aff4');
    const error = await errorOf(
      openSet(files, 'm_2.aff4').then(({ contents }) => entryOf(contents, memoryName)),
    );
    expect(String(error)).to.contain('m_1.aff4 is compressed by http://x/y');
  });
});
