import { deflateRawSync } from 'node:zlib';
import { BufferSource, type ContainerEntry } from '@vmcorekit/core';
import { type Aff4Spec, aff4TestVolume, buildAff4, openContainer } from '@vmcorekit/testing';
import { expect } from 'chai';
import { ChunkDecoder, ChunkRoom } from '../../dist/aff4/chunk-decoder.js';
import { readTurtle } from '../../dist/aff4/turtle.js';
import { VolumeBudget } from '../../dist/aff4/volume-budget.js';
import { containerNamed } from '../contents.ts';
import { chunkSize, context, entryOf, memory, opened } from './opened.ts';

const stream = { name: 'image', data: memory, chunkSize, chunksInSegment: 4 } as const;
const prefix = '@prefix aff4: <http://aff4.org/Schema#> .\n@prefix : <aff4://x/> .\n';
const zeros = (name: string, sizeInBytes: number) => {
  const data = new Uint8Array(sizeInBytes);
  return { name, data, deflated: deflateRawSync(data) };
};
/** How many times opening yields. */
async function stepsOf(spec: Aff4Spec): Promise<number> {
  const steps = await containerNamed('aff4').open(new BufferSource(buildAff4(spec), 'x'), context);
  for (let count = 0; ; count++) {
    const { done, value } = steps.next();
    if (done === true) {
      value[Symbol.dispose]();
      return count;
    }
  }
}

describe('bounds of an AFF4 volume', () => {
  it('took time by the square of the images of one stream, and no step', async () => {
    const lines = Array.from({ length: 5000 }, (_, at) => `:i${at} aff4:dataStream :q .`);
    expect(await stepsOf({ turtle: prefix + lines.join('\n') })).to.be.at.least(8);
  });

  it('takes no time by the square of the slashes of a base', () => {
    const base = `aff4://${'/'.repeat(50_000)}x`;
    expect([...readTurtle(`@base <${base}> . <a> <b> <c> .`, base)]).to.deep.equal([]);
  });

  it('bounds the characters that a base or a prefix stands for', () => {
    const text = `@prefix p: <aff4://${'x'.repeat(1 << 20)}> . p:s p:p ${'p:o ,'.repeat(99)} p:o .`;
    expect(() => [...readTurtle(text, 'aff4://x')]).to.throw('67108864 characters of IRIs');
  });

  it('read one map again for each spelling of its URN', async () => {
    const subjects = Array.from({ length: 40 }, (_, at) => {
      return `<${aff4TestVolume}${'/'.repeat(at + 1)}m> a aff4:Map .`;
    });
    using contents = await opened({
      turtle: prefix + subjects.join('\n'),
      files: [zeros('m/map', 28 * 2000), { name: 'm/idx', data: Buffer.from('aff4://x') }],
    });
    expect(contents.entries.map(({ name }) => name)).to.deep.equal(['m']);
    expect(entryOf(contents, 'm').sizeInBytes).to.equal(0);
  });

  it('counts the entries of all maps together, whatever is in them', async () => {
    const [half, empty] = [28 * 600_000, deflateRawSync(new Uint8Array(0))];
    using contents = await opened({
      streams: [stream],
      files: ['a', 'b'].flatMap((name) => [
        { name: `${name}/map`, data: new Uint8Array(half), deflated: empty },
        { name: `${name}/idx`, data: Buffer.from('aff4://x') },
      ]),
      statements: ['a', 'b'].map((name) => `<${aff4TestVolume}/${name}> a aff4:Map .`).join('\n'),
    });
    expect(() => entryOf(contents, 'a')).to.throw('CRC32 of a/map');
    expect(() => entryOf(contents, 'b')).to.throw('more than 1048576 entries of maps');
    expect(entryOf(contents, 'image').sizeInBytes).to.equal(memory.length);
  });

  it('adds up what the objects of a volume take', () => {
    const budget = new VolumeBudget();
    budget.take('chunks of streams', 1 << 24);
    budget.take('lost parts', 200_000);
    expect(() => budget.take('chunks of streams', 1)).to.throw('more than 16777216 chunks');
    expect(() => budget.take('lost parts', 62_145)).to.throw('more than 262144 lost parts');
    expect(() => budget.take('lost parts', Number.NaN)).to.throw('lost parts');
  });

  it('reads a map of chunks that cannot be', async () => {
    const range = { mappedOffset: 0, length: 100, targetOffset: 0, target: 's' };
    using contents = await opened({
      files: [{ name: 's/00000000', data: Buffer.from('x') }, zeros('s/00000000.index', 1200)],
      maps: [{ name: 'm', ranges: [range] }],
      statements: `<${aff4TestVolume}/s> a aff4:ImageStream ; aff4:size 100 ;
  aff4:chunkSize 1 ; aff4:chunksInSegment 100 .`,
    });
    const source = entryOf(contents, 'm');
    expect([...(source.lostRanges?.(0, 100) ?? [])]).to.have.lengthOf(100);
  });

  it('reserved room of a chunk for each stream without bytes', () => {
    const room = new ChunkRoom();
    const layout = { compression: 'stored', chunkInBytes: 16 << 20, isOfOldPmem: false } as const;
    const codecs = { zlib: context.compressors, snappy: context.compressors } as never;
    const decoders = Array.from({ length: 50 }, () => new ChunkDecoder(layout, codecs, room));
    for (const decoder of decoders) {
      decoder.decode(Uint8Array.of(1), new Uint8Array(1));
    }
    expect(room.of(1).buffer.byteLength).to.equal(16 << 20);
  });

  it('states equal hashes once, and not those of terabytes of gaps', async () => {
    const range = { length: chunkSize, targetOffset: 0, target: 'image' };
    const hash = `aff4:hash "${'ab'.repeat(16)}"^^aff4:MD5`;
    using contents = await opened({
      streams: [stream],
      maps: [
        {
          name: 'm',
          isMemory: true,
          ranges: [
            { ...range, mappedOffset: 0 },
            { ...range, mappedOffset: 2 ** 44 },
          ],
        },
      ],
      statements: `<${aff4TestVolume}/m> ${hash} . <${aff4TestVolume}//m> ${hash} .`,
    });
    const digests = contents.digestsOf?.(contents.entries[0] as ContainerEntry) ?? [];
    expect(digests).to.have.lengthOf(1);
    expect(digests[0]?.notComputed).to.contain('16.0 TiB with the gaps');
  });

  it('decoded a chunk of 16 MiB for each byte of a map', async () => {
    const ranges = Array.from({ length: 70 }, (_, at) => ({
      mappedOffset: at,
      length: 1,
      targetOffset: (at % 2) * (16 << 20),
      target: 's',
    }));
    const bounded = { ...context, maxUnpackedInBytes: 2 ** 30 };
    const file = buildAff4({
      maps: [
        { name: 'm', ranges },
        { name: 'over', ranges: [{ ...ranges[0], length: 70, target: 'm' } as never] },
        { name: 'few', ranges: ranges.slice(0, 60) },
      ],
      files: [
        { name: 's/00000000', data: Buffer.from('x') },
        { name: 's/00000000.index', data: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0) },
      ],
      statements: `<${aff4TestVolume}/s> a aff4:ImageStream ; aff4:size 33554432 ;
  aff4:chunkSize 16777216 .
<aff4://i> aff4:dataStream <${aff4TestVolume}/m> .`,
    });
    using contents = await openContainer(containerNamed('aff4'), file, bounded);
    expect(() => entryOf(contents, 'm')).to.throw('all chunks that its ranges touch');
    expect(() => entryOf(contents, 'over')).to.throw('all chunks that its ranges touch');
    expect(entryOf(contents, 'few').sizeInBytes).to.equal(60);
  });

  it('read a chunk of 1 byte that is packed into megabytes', async () => {
    using contents = await opened({
      files: [
        { name: 's/00000000', data: new Uint8Array(2000) },
        { name: 's/00000000.index', data: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0xd0, 7, 0, 0) },
      ],
      statements: `<${aff4TestVolume}/s> a aff4:ImageStream ; aff4:size 1 ; aff4:chunkSize 1 .`,
    });
    const source = entryOf(contents, 's');
    expect(() => source.readInto(0, new Uint8Array(1))).to.throw('cannot be 2000 bytes');
  });
});
