import { zlibNode } from '@vmcorekit/compressors';
import { buildEwf, describeContainer, openContainer, resummedEwf } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  bytesOf,
  containerNamed,
  errorOf,
  madeBy,
  memoryLike,
  sample,
  unpacked,
} from '../contents.ts';
import { context, image, openSet, pack, states } from './opened.ts';

const ewf = containerNamed('ewf');
const chunk = { image, sectorsPerChunk: 2 };
const only = (spec: Parameters<typeof buildEwf>[0]): Uint8Array =>
  buildEwf(spec)[0] ?? new Uint8Array(0);

describeContainer(ewf, {
  compressors: [zlibNode],
  cases: [
    { title: 'compressed', file: only({ ...chunk, pack }), holds: { '': image } },
    { title: 'stored', file: only(chunk), holds: { '': image } },
    { title: 'of SMART', file: only({ ...chunk, pack, kind: 'smart' }), holds: { '': image } },
    {
      title: 'of many tables, with a base',
      file: only({ ...chunk, chunksPerTable: 3, baseOffset: 89 }),
      holds: { '': image },
    },
  ],
});

describe('EWF files', () => {
  for (const file of ['sample.E01', 'smart.s01']) {
    it(`give what ewfacquire stored, also the part of a sector at the end: ${file}`, async () => {
      const { bytes, damage } = await unpacked('ewf', madeBy(file), context);
      expect(Buffer.compare(bytes, sample())).to.equal(0);
      expect(damage).to.deep.equal([]);
    });
  }

  it('give any image back, however it is cut into chunks, tables and segments', () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          size: fc.integer({ min: 1, max: 9000 }),
          sectorsPerChunk: fc.integer({ min: 1, max: 3 }),
          bytesPerSector: fc.constantFrom(256, 512),
          chunksPerSegment: fc.integer({ min: 2, max: 9 }),
          chunksPerTable: fc.integer({ min: 1, max: 4 }),
          kind: fc.constantFrom('encase', 'smart'),
          packs: fc.integer({ min: 1, max: 3 }),
        }),
        async ({ size, packs, ...spec }) => {
          const wanted = memoryLike(16_384).subarray(3000, 3000 + size);
          const segments = buildEwf({
            ...spec,
            image: wanted,
            // SMART has no room for a checksum between a table and stored chunks, and stores none.
            pack: (bytes, index) =>
              spec.kind === 'smart' || index % packs === 0 ? pack(bytes) : undefined,
          });
          const files = Object.fromEntries(
            segments.map((bytes, index) => [`x.e${String(index + 1).padStart(2, '0')}`, bytes]),
          );
          using contents = await openSet(files, 'x.e01');
          expect(contents.damage).to.deep.equal([]);
          expect(Buffer.compare(bytesOf(contents), wanted)).to.equal(0);
        },
      ),
      { numRuns: 50 },
    ));

  it('may pad their last chunk: only the sectors of the volume count', async () => {
    const padded = Buffer.concat([image.subarray(0, 9 * 1024 + 512), new Uint8Array(512)]);
    const file = only({ ...chunk, image: padded, volume: { sectors: 19 } });
    const { bytes } = await unpacked('ewf', file, context);
    expect(Buffer.compare(bytes, padded.subarray(0, 9 * 1024 + 512))).to.equal(0);
  });

  it('lose only a chunk whose checksum does not match, and say where it lies', async () => {
    for (const packing of [undefined, pack]) {
      const file = only(packing === undefined ? chunk : { ...chunk, pack }).slice();
      const at = 13 + 76 + 1052 + 76 + (packing === undefined ? 1028 * 2 + 5 : 700);
      file[at] = (file[at] ?? 0) ^ 0x10;
      using contents = await openContainer(ewf, file, context);
      expect(states(contents).replaceAll('=', '')).to.equal('x');
      expect(() => bytesOf(contents)).to.throw(
        /^ewf at file offset 0x\w+: in buffer, a block of \d+ bytes: .*(Adler-32|zlib|data)/,
      );
    }
  });

  it('are read by the copy of a damaged table, and that is reported', async () => {
    const file = only({ ...chunk, chunksPerTable: 4 }).slice();
    const tableAt = Buffer.from(file).indexOf('table');
    file.fill(0xaa, tableAt + 76 + 24, tableAt + 76 + 30);
    using contents = await openContainer(ewf, file, context);
    expect(states(contents)).to.equal('===========');
    expect(contents.damage.map(({ name, loses }) => [name, loses])).to.deep.equal([
      ['chunk-table-damaged', 'nothing'],
    ]);
    expect(contents.damage[0]?.detail).to.match(
      /^in buffer, EWF chunk table at 0x\w+: checksum is 0x\w+, wanted that of its bytes, .*its copy is used$/,
    );
  });

  it('number the chunks after a lost table from the end of the image', async () => {
    const file = only({ ...chunk, chunksPerTable: 4 }).slice();
    for (const type of ['table', 'table2']) {
      const from = Buffer.from(file).indexOf('table2') + 6;
      const at = Buffer.from(file).indexOf(`${type}\0`, from);
      file.fill(0xaa, at + 76, at + 80);
    }
    using contents = await openContainer(ewf, file, context);
    expect(states(contents)).to.equal('====LLLL===');
    expect(contents.damage.map(({ detail }) => detail)).to.have.length(1);
    expect(contents.damage[0]?.detail).to.match(
      /^4 KiB of the image are lost, from its offset 0x1000 on: in buffer, EWF chunk table at .* and so is its copy: /,
    );
    expect(() => bytesOf(contents)).to.throw(
      /^ewf: a part of the image is lost, from its offset 0x1000 on: in buffer, /,
    );
  });

  it('whose table ends before it begins were said to have room for -1 entries', async () => {
    const file = only(chunk).slice();
    const at = Buffer.from(file).indexOf('table\0');
    new DataView(file.buffer).setBigUint64(at + 16, 13n, true);
    using contents = await openContainer(ewf, resummedEwf(file), context);
    expect(JSON.stringify(contents.damage)).to.include(
      'number of entries is 0xb, wanted at most 0, for which it has room',
    );
  });

  it('lose the sectors that could not be acquired: zeros stand in their place', async () => {
    const zeros = image.slice().fill(0, 2048, 3072);
    using contents = await openContainer(
      ewf,
      only({
        ...chunk,
        image: zeros,
        pack,
        error2: [
          [4, 1],
          [5, 1],
        ],
      }),
      context,
    );
    expect(states(contents, zeros)).to.equal('==L========');
    expect(contents.damage.map(({ detail }) => detail)).to.deep.equal([
      '1 KiB of the image are lost, from its offset 0x800 on: it could not be read when the image was acquired',
    ]);
  });

  it('that are cut hold what the tables before the cut list', async () => {
    const file = only({ ...chunk, chunksPerTable: 4 });
    const cut = file.subarray(0, Buffer.from(file).lastIndexOf('sectors') + 200);
    using contents = await openContainer(ewf, cut, context);
    expect(states(contents)).to.equal('========LL');
    expect(contents.damage[0]?.detail).to.match(
      /^2 KiB of the image are lost, from its offset 0x2000 on: buffer cannot be followed: EWF section at 0x\w+: wanted 76 bytes, got 0: /,
    );
  });

  it('of an acquisition that did not end hold the chunks that are listed', async () => {
    const file = only({ ...chunk, volume: { chunks: 0, sectors: 0 } });
    const { bytes, damage } = await unpacked('ewf', file, context);
    expect(Buffer.compare(bytes, image)).to.equal(0);
    expect(damage).to.deep.equal(['image-unfinished']);
  });

  it('are refused where the volume contradicts itself', async () => {
    for (const [volume, wanted] of [
      [{ chunks: 9 }, 'EWF volume at 0x59: number of chunks is 0x9, wanted 10 for its 20 sectors'],
      [{ sectorsPerChunk: 0 }, 'bytes in a chunk is 0x0, wanted 1 to 67108864'],
      [{ bytesPerSector: 2 ** 31 }, 'bytes in a chunk is 0x100000000, wanted 1 to 67108864'],
      [{ sectors: 2 ** 40, chunks: 2 ** 39 }, 'number of chunks is 0x0, wanted 549755813888'],
      [
        { sectors: 2 ** 32, chunks: 2 ** 31 },
        'at most 1073741824 bytes out of a file of this size',
      ],
    ] as const) {
      const error = await errorOf(openContainer(ewf, only({ ...chunk, volume }), context));
      expect(String(error)).to.include(wanted);
    }
  });

  it('take no room for chunks that no table lists, however many the volume claims', async () => {
    const size = 2 ** 30;
    const volume = { sectors: size, chunks: size, bytesPerSector: 1, sectorsPerChunk: 1 };
    using contents = await openContainer(ewf, only({ ...chunk, volume }), context);
    expect(contents.entries[0]?.sizeInBytes).to.equal(size);
    expect(contents.damage.map(({ detail }) => detail)).to.deep.equal([
      '1024.0 MiB of the image are lost, from its offset 0xb on: no table lists it',
    ]);
  });

  it('of no stated size hold no more than they may', async () => {
    const volume = { sectors: 0, chunks: 0, sectorsPerChunk: 2 ** 17 };
    const file = only({ image: image.subarray(0, 512 * 18), volume });
    expect(String(await errorOf(openContainer(ewf, file, context)))).to.include(
      'at most 1073741824 bytes out of a file of this size',
    );
  });

  it('take no more room for a table than it has', async () => {
    const file = only(chunk).slice();
    for (const type of ['table\0', 'table2']) {
      const at = Buffer.from(file).indexOf(type) + 76;
      new DataView(file.buffer).setUint32(at, 0xffffffff, true);
    }
    using contents = await openContainer(ewf, file, context);
    expect(states(contents)).to.equal('LLLLLLLLLL');
  });
});
