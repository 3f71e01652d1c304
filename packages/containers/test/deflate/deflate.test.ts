import { constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { isVmcorekitError, MemoryStore, type StoreRoom, VmcorekitError } from '@vmcorekit/core';
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
  concatenated,
  containerNamed,
  contentOf,
  errorOf,
  memoryLike,
  unpacked,
} from '../contents.ts';

const small = memoryLike(40_000);
const large = memoryLike(3_300_000);
const ways: Readonly<Record<string, object>> = {
  'level 1': { level: 1 },
  'level 9': { level: 9 },
  'stored blocks': { level: 0 },
  'fixed codes': { strategy: constants.Z_FIXED },
  'literals only': { strategy: constants.Z_HUFFMAN_ONLY },
  'a window of 2 KiB': { level: 1, windowBits: 11 },
};

describeContainer(containerNamed('gzip'), {
  cases: [
    { title: 'a gzip file', file: gzipSync(small), holds: { '': small } },
    {
      title: 'a gzip file of many members',
      file: concatenated(
        ...[0, 1, 2, 3].map((n) => gzipSync(small.subarray(n * 10_000, n * 10_000 + 10_000))),
      ),
      holds: { '': small },
    },
    { title: 'a gzip file of nothing', file: gzipSync(''), holds: { '': new Uint8Array(0) } },
  ],
});
describeContainer(containerNamed('zlib'), {
  cases: [
    { title: 'a zlib file', file: deflateSync(small), holds: { '': small } },
    {
      title: "a zlib file with LiME's window",
      file: deflateSync(small, { windowBits: 11 }),
      holds: { '': small },
    },
  ],
});

describe('deflate with access points', () => {
  for (const [way, options] of Object.entries(ways)) {
    it(`reads any part of contents larger than a span, from ${way}`, async () => {
      using contents = await openContainer(containerNamed('gzip'), gzipSync(large, options));
      const source = contentOf(contents);
      expect(source.sizeInBytes).to.equal(large.length);
      for (const offset of [3_200_000, 1_048_570, 0, 2_097_150, 1_500_000, 3_299_990, 70_000]) {
        const target = new Uint8Array(5000);
        const got = source.readInto(offset, target);
        expect(
          Buffer.compare(target.subarray(0, got), large.subarray(offset, offset + 5000)),
        ).to.equal(0);
      }
    });
  }

  it('reads any part of one block that holds everything', async () => {
    // A block ends only where its encoder's memory is full.
    const zeros = new Uint8Array(5_000_000);
    zeros.set(small, 3_000_000);
    const { bytes, damage } = await unpacked('gzip', gzipSync(zeros, { memLevel: 9 }));
    expect(Buffer.compare(bytes, zeros)).to.equal(0);
    expect(damage).to.deep.equal([]);
  });

  it('gives what zlib wrote, whatever the bytes and the way they were written', () => {
    return fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }),
        fc.constantFrom(...Object.values(ways)),
        fc.nat(40),
        async (parts, options, zeros) => {
          const wanted = concatenated(
            ...parts.flatMap((part) => [part, new Uint8Array(zeros * 100)]),
          );
          const members = concatenated(gzipSync(wanted, options), gzipSync(wanted, options));
          const { bytes, damage } = await unpacked('gzip', members);
          expect(Buffer.compare(bytes, concatenated(wanted, wanted))).to.equal(0);
          expect(damage).to.deep.equal([]);
        },
      ),
      { numRuns: propertyRuns(12) },
    );
  });
});

describe('deflate that is damaged', () => {
  const packed = gzipSync(large, { level: 1 });

  it('reads a file that is cut as far as it goes, and says where it ends', async () => {
    for (const length of [300, 100_000, packed.length - 30]) {
      const { bytes, damage, details } = await unpacked('gzip', packed.subarray(0, length));
      expect(damage).to.deep.equal(['compressed-unfinished']);
      expect(details).to.include(`gzip at file offset 0x${(length - 1).toString(16).slice(0, 2)}`);
      expect(bytes.length).to.be.above(100).and.below(large.length);
      expect(Buffer.compare(bytes, large.subarray(0, bytes.length))).to.equal(0);
    }
  });

  it('gives no byte that zeros after the end of a cut file would make', async () => {
    const raw = deflateRawSync(small, { strategy: constants.Z_FIXED });
    for (let cut = 100; cut < 140; cut++) {
      const file = concatenated(packed.subarray(0, 10), raw.subarray(0, cut));
      const { bytes } = await unpacked('gzip', file);
      expect(Buffer.compare(bytes, small.subarray(0, bytes.length))).to.equal(0);
    }
  });

  it('reads what comes before damage, and says where that lies', async () => {
    // Three bits that are set begin a block of no known type.
    const raw = deflateRawSync(small, { finishFlush: constants.Z_SYNC_FLUSH });
    const file = concatenated(packed.subarray(0, 10), raw, Buffer.alloc(9000, 7));
    const { bytes, damage, details } = await unpacked('gzip', file);
    expect(bytes).to.deep.equal(small);
    expect(damage).to.deep.equal(['compressed-damaged']);
    expect(details).to.equal(
      `gzip at file offset 0x${(10 + raw.length).toString(16)}: a block of no known type; only the 40000 bytes that come before are read`,
    );
  });

  it('says that a checksum does not match, with both sums and offsets', async () => {
    const file = gzipSync(small).slice();
    file.fill(0x55, file.length - 8, file.length - 4);
    const { bytes, details } = await unpacked('gzip', file);
    expect(bytes).to.deep.equal(small);
    expect(details).to.match(
      /^gzip stream from 0xa to 0x[0-9a-f]+: its CRC32 is 0x55555555, that of its contents 0x[0-9a-f]+$/,
    );
  });

  it('says that the size of a member does not match', async () => {
    const file = gzipSync(small).slice();
    file.fill(1, file.length - 4);
    expect((await unpacked('gzip', file)).details).to.include('its ISIZE is 16843009');
  });

  it('says that the checksum is missing', async () => {
    const file = deflateSync(small);
    const { bytes, details } = await unpacked('zlib', file.subarray(0, file.length - 1));
    expect(bytes).to.deep.equal(small);
    expect(details).to.include('wanted 4 bytes of checksum, got 3');
  });

  it('passes over zeros after the end, and reports other bytes', async () => {
    const file = gzipSync(small);
    expect((await unpacked('gzip', concatenated(file, new Uint8Array(512)))).damage).to.deep.equal(
      [],
    );
    const { bytes, details } = await unpacked('gzip', concatenated(file, Buffer.from('more')));
    expect(bytes).to.deep.equal(small);
    expect(details).to.match(
      /^4 bytes after the end of the gzip stream at 0x[0-9a-f]+ are not part of it$/,
    );
  });

  it('refuses a bomb by name, with the size it may have', async () => {
    const context = openContext({ maxUnpackedInBytes: 2_000_000 });
    const error = await errorOf(unpacked('gzip', gzipSync(new Uint8Array(3_000_000)), context));
    if (!isVmcorekitError(error, 'malformed')) {
      throw new Error(`${String(error)} is not the error wanted`);
    }
    expect(error.message).to.match(
      /^gzip stream at 0xa: unpacked size is 0x[0-9a-f]+, wanted at most 2000000 bytes out of a file of this size$/,
    );
  });

  it('says so where the scratch space is full, and what to do', async () => {
    class Full extends MemoryStore {
      override writeAt(): void {
        throw new VmcorekitError('io', { file: '/tmp/x.part', because: 'no space left' });
      }
      room(): StoreRoom {
        return { where: '/tmp', freeInBytes: 4096 };
      }
    }
    const context = openContext({ scratch: async () => new Full() });
    expect(String(await errorOf(unpacked('gzip', packed, context)))).to.equal(
      'VmcorekitError: buffer: it cannot be unpacked: /tmp/x.part: no space left (after 0 bytes, /tmp has 4 KiB free); give a folder with room in TMPDIR, or decompress it yourself',
    );
  });

  it('has points in a long stretch that holds nothing', async () => {
    const empty = Buffer.from([0, 0, 0, 0xff, 0xff]);
    const nothing = Buffer.alloc(9_000_000, empty);
    const file = concatenated(packed.subarray(0, 10), nothing, deflateRawSync(small));
    const { bytes } = await unpacked('gzip', file);
    expect(bytes).to.deep.equal(small);
  });
});

describe('the probe of zlib', () => {
  const probe = (bytes: Uint8Array) => containerNamed('zlib').probe(headOf(bytes));

  it('claims no file whose header alone is right', () => {
    for (const start of ['\x78\x9c', '\x78\x01', '\x38\x8d']) {
      for (const rest of ['\xff'.repeat(500), 'hello, world', '\0'.repeat(500), '']) {
        expect(probe(Buffer.from(start + rest, 'latin1'))).to.equal(undefined);
      }
    }
  });

  it('claims a file whose head is only a part of the stream', () => {
    expect(probe(deflateSync(large).subarray(0, 20_000))?.strength).to.equal('likely');
  });

  it('is certain if 64 KiB inflate, or if one stream with a right checksum is the file', () => {
    expect(probe(deflateSync(large))?.strength).to.equal('signature');
    const file = deflateSync(small);
    expect(probe(concatenated(file, new Uint8Array(100)))?.strength).to.equal('signature');
    expect(probe(concatenated(file, Buffer.from('memory')))?.strength).to.equal('likely');
  });

  it('claims no stream with a wrong checksum in its head', () => {
    const file = deflateSync(small).slice();
    file.fill(0, file.length - 4);
    expect(probe(file)).to.equal(undefined);
  });
});
