import { createHash } from 'node:crypto';
import { deflateRawSync, deflateSync } from 'node:zlib';
import { snappySnappyjs } from '@vmcorekit/compressors';
import {
  type Aff4Dialect,
  aff4TestVolume,
  buildAff4,
  describeContainer,
  headOf,
  openContainer,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { containerNamed, errorOf } from '../contents.ts';
import { allOf, chunkSize, context, entryOf, memory, opened, states } from './opened.ts';

const name = 'image';
const stream = { name, data: memory, chunkSize, chunksInSegment: 4 } as const;

const snappy = (chunk: Uint8Array): Uint8Array => {
  const room = new Uint8Array(2 * chunk.length + 64);
  return room.slice(0, snappySnappyjs.encode?.(chunk, room));
};
/** A block of LZ4 for a chunk of one byte, repeated. Others are stored. */
const lz4 = (chunk: Uint8Array): Uint8Array => {
  const [byte = 0] = chunk;
  if (chunk.some((each) => each !== byte)) {
    return chunk;
  }
  const matched = chunk.length - 6 - 19;
  const lengths = [...Buffer.alloc(Math.floor(matched / 255), 255), matched % 255];
  return Uint8Array.from([0x1f, byte, 1, 0, ...lengths, 0x50, byte, byte, byte, byte, byte]);
};

const methods: readonly (readonly [string | undefined, ((chunk: Uint8Array) => Uint8Array)?])[] = [
  [undefined],
  ['http://aff4.org/Schema#NullCompressor'],
  ['https://www.ietf.org/rfc/rfc1950.txt', (chunk) => deflateSync(chunk)],
  ['http://www.ietf.org/rfc/rfc1950.txt', (chunk) => deflateSync(chunk)],
  ['https://tools.ietf.org/html/rfc1951', (chunk) => deflateRawSync(chunk)],
  ['http://code.google.com/p/snappy/', snappy],
  ['https://github.com/google/snappy', snappy],
  ['https://code.google.com/p/lz4/', lz4],
];
const dialects: readonly Aff4Dialect[] = ['standard', 'pmem', 'evimetry'];

describe('streams of AFF4', () => {
  for (const dialect of dialects) {
    for (const [compression, pack] of methods) {
      it(`reads one of ${dialect}, packed by ${compression ?? 'nothing'}`, async () => {
        using contents = await opened({
          dialect,
          streams: [
            {
              ...stream,
              ...(compression === undefined ? {} : { compression }),
              ...(pack === undefined ? {} : { pack }),
            },
          ],
        });
        expect(contents.entries.map((entry) => [entry.name, entry.sizeInBytes])).to.deep.equal([
          [name, memory.length],
        ]);
        const source = entryOf(contents, name);
        expect(states(source, memory)).to.equal('==========');
        expect(allOf(source)).to.deep.equal(memory);
        expect(contents.damage).to.deep.equal([]);
      });
    }
  }

  it('ends where the size says, within the last chunk', async () => {
    using contents = await opened({ streams: [{ ...stream, data: memory.subarray(0, 9000) }] });
    expect(allOf(entryOf(contents, name))).to.deep.equal(memory.slice(0, 9000));
  });

  it('takes the size of its chunks where none is stated', async () => {
    using contents = await opened({ streams: [{ ...stream, size: null }] });
    expect(contents.entries[0]?.sizeInBytes).to.equal(null);
    expect(allOf(entryOf(contents, name))).to.deep.equal(memory);
  });

  it('loses a bevy that is not there, and says which', async () => {
    using contents = await opened({ streams: [{ ...stream, withoutBevies: [1] }] });
    expect(states(entryOf(contents, name), memory)).to.equal('====LLLL==');
    expect(contents.damage.map(({ name: kind }) => kind)).to.deep.equal(['image-part-lost']);
    expect(contents.damage[0]?.detail).to.contain('bevy 1 is not in the archive');
  });

  it('loses all after the last bevy, whatever the stated size is', async () => {
    using contents = await opened({ streams: [{ ...stream, size: 1 << 29, chunksInSegment: 1 }] });
    const source = entryOf(contents, name);
    expect([...(source.lostRanges?.(0, source.sizeInBytes) ?? [])]).to.have.lengthOf.at.most(30);
    expect(source.sizeInBytes).to.equal(1 << 29);
  });

  it('names the chunk that is damaged, and reads the others', async () => {
    const pack = (chunk: Uint8Array): Uint8Array => deflateSync(chunk);
    const compression = 'https://www.ietf.org/rfc/rfc1950.txt';
    const file = buildAff4({
      streams: [{ ...stream, data: memory.fill(7, 0, 0), compression, pack }],
    });
    const at = file.indexOf(0x78, 100);
    file.fill(0xff, at + 2, at + 6);
    using contents = await openContainer(containerNamed('aff4'), file, context);
    const source = entryOf(contents, name);
    expect(states(source, memory)).to.equal('x=========');
    expect(() => source.readInto(0, new Uint8Array(10))).to.throw(
      `file offset 0x${at.toString(16)}`,
    );
  });

  it('lists the hashes of its chunks for each bevy, by any of their names', async () => {
    const hash = (chunk: Uint8Array): Uint8Array => createHash('sha1').update(chunk).digest();
    for (const ending of ['.sha1', '.blockHash.sha1', '/blockHash.sha1']) {
      const data = memory.subarray(0, 9 * chunkSize + 5);
      using contents = await opened({
        streams: [{ ...stream, data, blockHashes: [{ ending, hash }] }],
        maps: [
          { name: 'm', ranges: [{ mappedOffset: 0, length: 9, targetOffset: 0, target: name }] },
        ],
      });
      expect(contents.entries.map((entry) => entry.name)).to.deep.equal(['m']);
      const source = entryOf(contents, 'm');
      expect(source.sizeInBytes).to.equal(9);
      const lists = contents.entries.flatMap((entry) => contents.blockDigestsOf?.(entry) ?? []);
      expect(
        lists.map(({ covers, statedBy }) => [statedBy, covers.offset, covers.lengthInBytes]),
      ).to.deep.equal([
        [`image/00000000${ending}`, 0, 4 * chunkSize],
        [`image/00000001${ending}`, 4 * chunkSize, 4 * chunkSize],
        [`image/00000002${ending}`, 8 * chunkSize, chunkSize + 5],
      ]);
      const [, , last] = lists;
      expect(last?.readList()).to.deep.equal(
        new Uint8Array(
          Buffer.concat([
            hash(data.subarray(8 * chunkSize, 9 * chunkSize)),
            hash(data.subarray(9 * chunkSize)),
          ]),
        ),
      );
      expect([last?.algorithm, last?.blockInBytes]).to.deep.equal(['sha1', chunkSize]);
    }
  });

  it('states the hashes of an image, for verify', async () => {
    const md5 = 'd5825dc06cc0b4e5a7ea0b8c2a4e1a4c';
    const statements = `<aff4://an-image> a aff4:ContiguousImage, aff4:Image ;
  aff4:dataStream <${aff4TestVolume}/image> ;
  aff4:hash "${md5.toUpperCase()}"^^aff4:MD5 , "zz"^^aff4:SHA1 , "12"^^aff4:Other .`;
    const contents = await opened({ streams: [stream], statements, tool: 'a tool 1.2' });
    const [entry] = contents.entries;
    expect(entry?.otherNames).to.contain('aff4://an-image');
    expect('digestsOf' in contents && typeof contents.digestsOf).to.equal('function');
    const { digestsOf } = contents as unknown as { digestsOf: (one: unknown) => unknown };
    expect(digestsOf.call(contents, entry)).to.deep.equal([
      { algorithm: 'md5', expected: md5, statedBy: 'aff4:hash of aff4://an-image' },
    ]);
    expect([...(contents.header ?? [])]).to.deep.equal([
      ['volume', aff4TestVolume],
      ['major', '1'],
      ['minor', '0'],
      ['tool', 'a tool 1.2'],
    ]);
  });

  it('lists other files of the volume, packed ones too, and not parts of streams', async () => {
    const data = memory.slice(0, 5000);
    using contents = await opened({
      streams: [stream, { ...stream, name: 'aff4://another/one', size: 100 }],
      files: [
        { name: 'proc/kallsyms', data, deflated: deflateRawSync(data) },
        { name: 'c%3a/boot.ini', data },
      ],
      deflate: (bytes) => deflateRawSync(bytes),
    });
    expect(contents.entries.map((entry) => entry.name)).to.deep.equal([
      name,
      'aff4://another/one',
      'proc/kallsyms',
      'c:/boot.ini',
    ]);
    expect(allOf(entryOf(contents, 'proc/kallsyms'))).to.deep.equal(data);
    expect(allOf(entryOf(contents, 'c:/boot.ini'))).to.deep.equal(data);
    expect(allOf(entryOf(contents, 'aff4://another/one'))).to.deep.equal(memory.slice(0, 100));
  });

  it('refuses what is encrypted, packed by another method, or of another volume', async () => {
    const refused = async (spec: object): Promise<string> => {
      using contents = await opened({ streams: [{ ...stream, ...spec }] });
      try {
        entryOf(contents, name);
        return 'nothing';
      } catch (error) {
        return String(error);
      }
    };
    expect(await refused({ types: 'aff4:EncryptedStream' })).to.contain('encrypted stream');
    expect(await refused({ compression: 'http://x/lzma' })).to.contain(
      'compressed by http://x/lzma',
    );
    expect(await refused({ withoutBevies: [0, 1, 2] })).to.contain('in another volume of a set');
    expect(await refused({ size: 2 ** 40 })).to.contain('at most');
  });

  it('refuses sizes that no stream has', async () => {
    for (const spec of [{ chunkSize: 0 }, { chunksInSegment: 1 << 21 }]) {
      const turtle = `@prefix aff4: <http://aff4.org/Schema#> .
<${aff4TestVolume}/image> a aff4:ImageStream ; aff4:size 10 ;
  aff4:chunkSize ${'chunkSize' in spec ? spec.chunkSize : 10} ;
  aff4:chunksInSegment ${'chunksInSegment' in spec ? spec.chunksInSegment : 10} .`;
      using contents = await opened({ streams: [stream], turtle });
      expect(() => entryOf(contents, name)).to.throw('a number from 1 to');
    }
  });

  it('claims volumes by their first file or their comment, before zip does', () => {
    const container = containerNamed('aff4');
    for (const namedIn of ['description', 'comment', 'both'] as const) {
      const head = headOf(buildAff4({ namedIn, streams: [stream] }));
      expect(container.probe(head)?.strength).to.equal('signature');
      expect(containerNamed('zip').probe(head)?.strength).to.equal('signature');
    }
  });

  it('says so where its description is missing, or names no volume', async () => {
    const whole = buildAff4({ streams: [stream] });
    const cut = whole.slice(0, whole.length / 2);
    const error = await errorOf(openContainer(containerNamed('aff4'), cut, context));
    expect(String(error)).to.contain('its acquisition did not end');
    const files = [{ name: 'information.turtle', data: new Uint8Array(0) }];
    const nameless = await errorOf(opened({ volume: 'none', files }));
    expect(String(nameless)).to.contain('a URN in container.description');
  });

  it('reads any data in chunks of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(...dialects),
        async (data, size, chunksInSegment, dialect) => {
          using contents = await opened({
            dialect,
            streams: [{ name, data, chunkSize: size, chunksInSegment }],
          });
          expect(allOf(entryOf(contents, name))).to.deep.equal(data);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describeContainer(containerNamed('aff4'), {
  compressors: [snappySnappyjs],
  cases: [
    { title: 'a stream', file: buildAff4({ streams: [stream] }), holds: { [name]: memory } },
    {
      title: 'a stream and a file',
      file: buildAff4({
        dialect: 'pmem',
        streams: [{ ...stream, compression: 'https://github.com/google/snappy', pack: snappy }],
        files: [{ name: 'other', data: memory.slice(0, 100) }],
      }),
      holds: { [name]: memory, other: memory.slice(0, 100) },
    },
  ],
});
