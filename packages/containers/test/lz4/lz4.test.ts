import { blockCodecs } from '@vmcorekit/compressors';
import {
  describeContainer,
  headOf,
  openContainer,
  openContext,
  propertyRuns,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  comparedDigests,
  concatenated,
  containerNamed,
  contentOf,
  errorOf,
  madeBy,
  memoryLike,
  sample,
  unpacked,
} from '../contents.ts';
import { itUnpacks } from '../made-files.ts';

const files = ['independent.lz4', 'checksums.lz4', 'linked.lz4', 'legacy.lz4'];

/** A frame of stored blocks of at most 64 KiB. */
function frameOf(blocks: readonly Uint8Array[], contentSize?: number): Uint8Array {
  const size = new Uint8Array(contentSize === undefined ? 0 : 8);
  if (contentSize !== undefined) {
    new DataView(size.buffer).setBigUint64(0, BigInt(contentSize), true);
  }
  const descriptor = concatenated(Uint8Array.of(size.length === 0 ? 0x60 : 0x68, 0x40), size);
  const HC = (blockCodecs().xxh32(descriptor) >>> 8) & 0xff;
  return concatenated(
    Uint8Array.of(0x04, 0x22, 0x4d, 0x18),
    descriptor,
    Uint8Array.of(HC),
    ...blocks.flatMap((block) => [word((block.length | 0x80000000) >>> 0), block]),
    word(0),
  );
}

/**
 * A frame that ends with a checksum of its contents, as the program's. Its blocks are packed: 300
 * bytes 1, more of them by a match, and 5 bytes 2.
 */
function frameOfRuns(lengths: readonly number[]): Uint8Array {
  const descriptor = Uint8Array.of(0x64, 0x40);
  const blocks = lengths.map((length) => {
    const more = length - 305 - 4 - 15;
    return concatenated(
      Uint8Array.of(0xff, 255, 30),
      new Uint8Array(300).fill(1),
      Uint8Array.of(1, 0),
      new Uint8Array(Math.floor(more / 255)).fill(255),
      Uint8Array.of(more % 255, 0x50, 2, 2, 2, 2, 2),
    );
  });
  return concatenated(
    Uint8Array.of(0x04, 0x22, 0x4d, 0x18),
    descriptor,
    Uint8Array.of((blockCodecs().xxh32(descriptor) >>> 8) & 0xff),
    ...blocks.flatMap((block) => [word(block.length), block]),
    word(0),
    word(0),
  );
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

describeContainer(containerNamed('lz4'), {
  cases: ['independent.lz4', 'linked.lz4'].map((file) => ({
    title: file,
    file: madeBy(file),
    holds: { '': sample() },
  })),
});

describe('lz4 frames', () => {
  it('state the checksum of their contents, which nothing compared', async () => {
    const skippable = concatenated(word(0x184d2a53), word(5), Buffer.from('notes'));
    const two = concatenated(madeBy('independent.lz4'), skippable, madeBy('checksums.lz4'));
    expect(await comparedDigests('lz4', two)).to.deep.equal(['xxh32 right', 'xxh32 right']);
    expect(await comparedDigests('lz4', madeBy('linked.lz4'))).to.deep.equal(['xxh32 right']);
    expect(await comparedDigests('lz4', madeBy('legacy.lz4'))).to.deep.equal([]);
    const wrong = madeBy('linked.lz4').slice();
    wrong.fill(1, wrong.length - 4);
    expect(await comparedDigests('lz4', wrong)).to.deep.equal(['xxh32 wrong']);
  });

  itUnpacks('lz4', files);

  it('were claimed by nothing after skippable frames', () => {
    const skippable = concatenated(word(0x184d2a53), word(5), Buffer.from('notes'));
    const twice = concatenated(skippable, skippable);
    const claim = (name: string, file: Uint8Array) =>
      containerNamed(name).probe(headOf(concatenated(twice, file)));
    for (const [name, file] of [
      ['lz4', 'checksums.lz4'],
      ['zstd', 'frames.zst'],
    ] as const) {
      expect(claim(name, madeBy(file))?.because).to.match(/^has skippable .* frame at offset \d+$/);
    }
    expect([
      claim('zstd', madeBy('checksums.lz4')),
      claim('lz4', madeBy('frames.zst')),
    ]).to.deep.equal([undefined, undefined]);
    const long = concatenated(word(0x184d2a53), word(100_000), new Uint8Array(100_000));
    expect(containerNamed('zstd').probe(headOf(long))?.strength).to.equal('likely');
  });

  it('were refused as zstd after more skippable frames than a probe sees', async () => {
    const skippable = concatenated(word(0x184d2a53), word(0));
    const many = Buffer.alloc(10_000 * skippable.length, skippable);
    for (const name of ['checksums.lz4', 'legacy.lz4']) {
      const error = await errorOf(unpacked('zstd', concatenated(many, madeBy(name))));
      expect(String(error)).to.contain('has an lz4 frame at file offset 0x13880');
      expect(String(error)).to.contain('after 10000 skippable frames');
    }
    const { bytes } = await unpacked('zstd', concatenated(many, madeBy('frames.zst')));
    expect(Buffer.compare(bytes, sample())).to.equal(0);
  });

  it('of linked blocks were refused after a thousand skippable frames', async () => {
    const skippable = concatenated(word(0x184d2a53), word(0));
    const many = Buffer.alloc(2_000 * skippable.length, skippable);
    const { bytes } = await unpacked('lz4', concatenated(many, madeBy('linked.lz4')));
    expect(Buffer.compare(bytes, sample())).to.equal(0);
  });

  for (const [name, file] of [
    ['lz4', 'checksums.lz4'],
    ['zstd', 'frames.zst'],
  ] as const) {
    it(`took long to pass over millions of skippable frames, as ${name}`, async () => {
      const skippable = concatenated(word(0x184d2a53), word(0));
      const many = Buffer.alloc(70_000 * skippable.length, skippable);
      const error = await errorOf(unpacked(name, concatenated(many, madeBy(file))));
      expect(String(error)).to.match(/more than 65536 skippable frames .* file offset 0x80000/);
    });
  }

  it('were empty files of zstd where there are only skippable frames', async () => {
    const skippable = concatenated(word(0x184d2a53), word(0));
    const error = await errorOf(unpacked('zstd', concatenated(skippable, skippable)));
    expect(String(error)).to.contain('has only skippable frames, 2 of them');
  });

  it('follow each other, with skippable ones between', async () => {
    const skippable = concatenated(word(0x184d2a53), word(5), Buffer.from('notes'));
    const file = concatenated(skippable, madeBy('checksums.lz4'), skippable, madeBy('legacy.lz4'));
    const { bytes, damage } = await unpacked('lz4', file);
    expect(Buffer.compare(bytes, concatenated(sample(), sample()))).to.equal(0);
    expect(damage).to.deep.equal([]);
  });

  it('were whole where the file ends within a skippable one', async () => {
    const skippable = concatenated(word(0x184d2a53), word(50), Buffer.from('notes'));
    for (const [name, file] of [
      ['lz4', 'checksums.lz4'],
      ['zstd', 'frames.zst'],
      ['zstd', 'pipe.zst'],
    ] as const) {
      const { bytes, damage, details } = await unpacked(
        name,
        concatenated(madeBy(file), skippable),
      );
      expect(Buffer.compare(bytes, sample()), file).to.equal(0);
      expect(damage, file).to.deep.equal(['compressed-unfinished']);
      expect(details).to.match(/skippable frame at 0x[0-9a-f]+: wanted 58 bytes, got 13/);
    }
  });

  it('of a writer that does not fill its blocks are read in any case', () => {
    return fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.integer({ min: 1, max: 65_536 }), fc.constant(65_536)), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.boolean(),
        async (lengths, hasSize) => {
          const blocks = lengths.map((length) => memoryLike(length));
          const wanted = concatenated(...blocks);
          const file = frameOf(blocks, hasSize ? wanted.length : undefined);
          const { bytes, damage } = await unpacked('lz4', file);
          expect(Buffer.compare(bytes, wanted)).to.equal(0);
          expect(damage).to.deep.equal([]);
        },
      ),
      { numRuns: propertyRuns(10) },
    );
  });

  // The blocks that were sampled were the first of each 64.
  it('are read right if one block of many is not full, wherever it is', async () => {
    for (const short of [1, 70, 98]) {
      const lengths = Array.from({ length: 100 }, (_, at) => (at === short ? 60_000 : 65_536));
      const { bytes, damage } = await unpacked('lz4', frameOfRuns(lengths));
      expect(bytes.length).to.equal(65_536 * 99 + 60_000);
      expect(bytes.subarray(65_536 * short + 59_995, 65_536 * short + 60_300)).to.deep.equal(
        new Uint8Array(305).fill(1, 5).fill(2, 0, 5),
      );
      expect(damage).to.deep.equal([]);
    }
  });

  it('are indexed by the heads of their blocks', async () => {
    const block = new Uint8Array(65_536);
    const file = frameOf(
      Array.from({ length: 100 }, () => block),
      6_553_600,
    );
    let bytesRead = 0;
    const source = {
      name: 'file',
      sizeInBytes: file.length,
      readInto(offset: number, target: Uint8Array) {
        bytesRead += target.length;
        target.set(file.subarray(offset, offset + target.length));
        return Math.min(target.length, file.length - offset);
      },
      [Symbol.dispose]() {},
    };
    using contents = await openContainer(containerNamed('lz4'), source);
    expect(contentOf(contents).sizeInBytes).to.equal(6_553_600);
    expect(bytesRead).to.be.below(70_000);
  });

  for (const file of files) {
    it(`are read as far as they go, where they are cut: ${file}`, async () => {
      const whole = madeBy(file);
      const { bytes, damage, details } = await unpacked(
        'lz4',
        concatenated(whole, whole).subarray(0, 2 * whole.length - 100),
      );
      expect(damage).to.deep.equal(['compressed-unfinished']);
      expect(details).to.include(`bytes that come before are read`);
      expect(
        Buffer.compare(bytes, concatenated(sample(), sample()).subarray(0, bytes.length)),
      ).to.equal(0);
      expect(bytes.length).to.be.at.least(300_000);
    });
  }

  // Each took eight MiB of assumed length: 4 MB of them took seconds.
  it('are refused at once where a legacy block is empty, or end before it', async () => {
    const empty = new Uint8Array(4_000_000);
    const alone = concatenated(word(0x184c2102), empty);
    expect(String(await errorOf(unpacked('lz4', alone)))).to.equal(
      'VmcorekitError: lz4 block at 0x4: length is 0x0, wanted from 1 to 8421520',
    );
    const legacy = madeBy('legacy.lz4');
    const { bytes, details } = await unpacked('lz4', concatenated(legacy, empty));
    expect(Buffer.compare(bytes, sample())).to.equal(0);
    expect(details).to.include(`lz4 block at 0x${legacy.length.toString(16)}: length is 0x0`);
  });

  it('lose only the block whose checksum does not match', async () => {
    const file = madeBy('checksums.lz4').slice();
    file[40] = (file[40] ?? 0) ^ 1;
    using contents = await openContainer(containerNamed('lz4'), file);
    const source = contentOf(contents);
    expect(() => source.readInto(100, new Uint8Array(10))).to.throw(
      /^lz4 at file offset 0xf: a block of \d+ bytes: its checksum is 0x[0-9a-f]+, that of its data 0x/,
    );
    const target = new Uint8Array(1000);
    source.readInto(70_000, target);
    expect(Buffer.compare(target, sample().subarray(70_000, 71_000))).to.equal(0);
  });

  it('are refused where their header does not match its checksum', async () => {
    const file = madeBy('independent.lz4').slice();
    file.fill(0, 6, 7);
    expect(String(await errorOf(unpacked('lz4', file)))).to.include(
      'lz4 frame header at 0x0: HC is',
    );
  });

  it('are refused where they hold more than they may', async () => {
    for (const file of files) {
      const context = openContext({ maxUnpackedInBytes: 100_000 });
      expect(String(await errorOf(unpacked('lz4', madeBy(file), context)))).to.match(
        /^VmcorekitError: lz4 .*: unpacked size is 0x[0-9a-f]+, wanted at most 100000 bytes/,
      );
    }
  });
});
