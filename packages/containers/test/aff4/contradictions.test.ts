import { aff4TestVolume } from '@vmcorekit/testing';
import { expect } from 'chai';
import { allOf, chunkSize, entryOf, memory, opened, states } from './opened.ts';

const name = 'image';
const stream = { name, data: memory, chunkSize, chunksInSegment: 4 } as const;
const schema = 'http://aff4.org/Schema#';
const image = `<${aff4TestVolume}/${name}>`;
/** The index of a bevy whose chunks are stored one after the other. */
const indexOf = (count: number): Uint8Array => {
  const bytes = Buffer.alloc(12 * count);
  for (let chunk = 0; chunk < count; chunk++) {
    bytes.writeUInt32LE(chunk * chunkSize, 12 * chunk);
    bytes.writeUInt32LE(chunkSize, 12 * chunk + 8);
  }
  return new Uint8Array(bytes);
};
const refusal = async (statements: string, spec: object = {}): Promise<string> => {
  using contents = await opened({ streams: [{ ...stream, ...spec }], statements });
  try {
    entryOf(contents, name);
    return 'nothing';
  } catch (error) {
    return String(error);
  }
};

describe('volumes of AFF4 that contradict themselves', () => {
  it('read page F where page E was, of a stream without a size', async () => {
    using contents = await opened({
      streams: [{ ...stream, size: null }],
      files: [{ name: `${name}/00000000.index`, data: indexOf(3) }],
    });
    expect(states(entryOf(contents, name), memory)).to.equal('===L======');
    expect(contents.damage[0]?.detail).to.contain('the index of bevy 0 has only 3 chunks');
  });

  it('end a stream without a size where a bevy in the middle is missing', async () => {
    using contents = await opened({ streams: [{ ...stream, size: null, withoutBevies: [1] }] });
    expect(states(entryOf(contents, name), memory)).to.equal('====LLLL==');
  });

  it('drop the last bevy of a stream without a size if its index is missing', async () => {
    const data = memory.subarray(8 * chunkSize);
    using contents = await opened({
      streams: [{ ...stream, data: memory.subarray(0, 8 * chunkSize), size: null }],
      files: [{ name: `${name}/00000002`, data }],
    });
    expect(states(entryOf(contents, name), memory)).to.equal('========LLLL');
    expect(contents.damage[0]?.detail).to.contain('the index of bevy 2 is not in the archive');
  });

  it('have a bevy of more chunks than chunksInSegment', async () => {
    using contents = await opened({
      streams: [{ ...stream, size: null }],
      files: [{ name: `${name}/00000002.index`, data: indexOf(5) }],
    });
    expect(states(entryOf(contents, name), memory)).to.equal('========LLLL');
  });

  it('state two sizes, and the first one counted', async () => {
    expect(await refusal(`${image} aff4:size 4096 .`)).to.contain('40960 and 4096');
    expect(await refusal(`${image} aff4:size 40960 .`)).to.equal('nothing');
  });

  it('state two sizes of chunks, also in the words of two dialects', async () => {
    expect(await refusal(`${image} aff4:chunkSize 512 .`)).to.contain('4096 and 512');
    expect(await refusal(`${image} aff4:chunk_size 512 .`)).to.contain('4096 and 512');
    expect(await refusal(`${image} <http://afflib.org/2009/aff4#chunkSize> 512 .`)).to.contain(
      '4096 and 512',
    );
  });

  it('state another size under another spelling of the same URN', async () => {
    expect(await refusal(`<${aff4TestVolume}//${name}> aff4:size 4096 .`)).to.contain(
      '40960 and 4096',
    );
    expect(await refusal(`<${aff4TestVolume}/%69mage> aff4:size 4096 .`)).to.contain(
      '40960 and 4096',
    );
  });

  it('state two compression methods', async () => {
    const methods = `${image} aff4:compressionMethod <https://code.google.com/p/lz4/>, aff4:NullCompressor .`;
    expect(await refusal(methods)).to.contain('one value');
  });

  it('type a map in both orders of its fields', async () => {
    const range = { mappedOffset: 0, length: chunkSize, targetOffset: 0, target: name };
    using contents = await opened({
      streams: [stream],
      maps: [{ name: 'm', ranges: [range], isMemory: true }],
      statements: `<${aff4TestVolume}/m> a aff4:map .`,
    });
    expect(() => entryOf(contents, 'm')).to.throw('one order of the fields');
  });

  it('have a size that is none at another object, which refused the volume', async () => {
    using contents = await opened({
      streams: [stream],
      statements: `<${aff4TestVolume}/bad> a aff4:ImageStream ; aff4:size "-1" .`,
    });
    expect(allOf(entryOf(contents, name))).to.deep.equal(memory);
    expect(contents.entries.map((entry) => entry.sizeInBytes)).to.deep.equal([40960, null]);
    expect(() => entryOf(contents, 'bad')).to.throw('a number from 0 to');
  });

  it('name a hash after what every object has, which was an internal error', async () => {
    const hashes = ['constructor', '__proto__', 'toString'].map(
      (type) => `${image} aff4:hash "00"^^<${schema}${type}> .`,
    );
    using contents = await opened({ streams: [stream], statements: hashes.join('\n') });
    const [entry] = contents.entries;
    expect(entry === undefined ? undefined : contents.digestsOf?.(entry)).to.deep.equal([]);
  });

  it('hold a bevy under two spellings of its name, and the last one counted', async () => {
    using contents = await opened({
      streams: [stream],
      files: [{ name: `${name}//00000001`, data: memory.slice(0, 4 * chunkSize) }],
    });
    expect(states(entryOf(contents, name), memory)).to.equal('====LLLL==');
    expect(contents.damage[0]?.detail).to.contain('or under several names');
  });
});
