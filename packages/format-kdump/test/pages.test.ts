import { deflateSync } from 'node:zlib';
import { type DumpImage, isVmcorekitError, VmcorekitError } from '@vmcorekit/core';
import { KdumpFormat } from '@vmcorekit/format-kdump';
import { type KdumpSpec, openContext, openFormat, qemuKdump } from '@vmcorekit/testing';
import { expect } from 'chai';
import {
  build,
  conditionNames,
  failure,
  opened,
  pageOf,
  blockSizeInBytes as size,
  zeroPage,
  zlib,
} from './support/dump.ts';

async function stateOf(image: DumpImage, pfn: number): Promise<string> {
  const error = await failure(() => image.memory.read(pfn * size, 1));
  return isVmcorekitError(error, 'page-unreadable') ? error.facts.state : 'another error';
}

describe('pages of a KDUMP file', () => {
  it('are stored, excluded or absent, and never confused', async () => {
    const image = await opened({
      pages: [{ pfn: 0, bytes: pageOf(0) }, { pfn: 2 }, { pfn: 3, bytes: pageOf(3) }],
      compression: zlib,
      maxMapnr: 10,
      fields: { dump_level: 31 },
    });
    expect([0, 1, 2, 3, 4, 10, 1e9].map((pfn) => image.memory.pageState(pfn))).to.deep.equal([
      'stored',
      'absent',
      'excluded',
      'stored',
      'absent',
      'absent',
      'absent',
    ]);
    expect([...image.memory.read(3 * size, size)]).to.deep.equal([...pageOf(3)]);
    expect(await stateOf(image, 2)).to.equal('excluded');
    expect(await stateOf(image, 1)).to.equal('absent');
    expect(await stateOf(image, 1e9)).to.equal('absent');
  });

  it('give words as they give bytes, of a page read before or not, and across two', async () => {
    const { memory } = await opened({
      pages: [1, 2, 3].map((pfn) => ({ pfn, bytes: pageOf(pfn) })),
      compression: zlib,
    });
    for (const address of [size, size, 2 * size - 8, 2 * size - 4, 2 * size - 1, 3 * size + 12]) {
      const bytes = new DataView(memory.read(address, 8).buffer);
      expect(memory.readUint32(address)).to.equal(bytes.getUint32(0, true));
      expect(memory.readUint64(address)).to.equal(bytes.getBigUint64(0, true));
    }
    expect(() => memory.readUint64(4 * size - 4)).to.throw('is absent');
    expect(() => memory.readUint32(0)).to.throw('is absent');
    expect(() => memory.readUint32(-4)).to.throw('is absent');
    expect(() => memory.withView(4094, 4, () => 0)).to.throw('does not lie in one page');
  });

  it('that were left out at dump_level exactly 1 are zero', async () => {
    const image = await opened({
      pages: [{ pfn: 0, bytes: pageOf(0) }, { pfn: 1 }],
      fields: { dump_level: 1 },
    });
    expect(image.memory.pageState(1)).to.equal('zero');
    expect([...image.memory.read(size, size)]).to.deep.equal([...zeroPage]);
    expect(image.memory.pagesRead).to.equal(0);
  });

  it('with one bitmap are stored or absent', async () => {
    const image = await opened({ bitmaps: 1, pages: [{ pfn: 0 }, { pfn: 1, bytes: pageOf(1) }] });
    expect([image.memory.pageState(0), image.memory.pageState(1)]).to.deep.equal([
      'absent',
      'stored',
    ]);
    expect(image.memory.ranges).to.deep.equal([{ start: size, end: 2 * size }]);
  });

  it("that share QEMU's zero page are known to be zero without being read", async () => {
    const image = await opened(
      qemuKdump({
        pages: [0, 1, 2, 3].map((pfn) => ({ pfn, bytes: pfn === 2 ? pageOf(2) : zeroPage })),
      }),
    );
    expect([0, 1, 2, 3].map((pfn) => image.memory.pageState(pfn))).to.deep.equal([
      'zero',
      'zero',
      'stored',
      'zero',
    ]);
    expect([...image.memory.storedRuns()]).to.deep.equal([{ start: 2 * size, end: 3 * size }]);
    expect(image.memory.pagesRead).to.equal(0);
  });

  it('that share a compressed zero page are known to be zero once it was read', async () => {
    const encoded = deflateSync(zeroPage);
    const first = build({
      compression: zlib,
      pages: [0, 1, 2].map((pfn) => ({ pfn, bytes: zeroPage })),
    });
    const descriptor = { offset: first.pageOffsets.get(0) ?? 0, size: encoded.length, flags: 1 };
    const image = await opened({
      compression: zlib,
      pages: [0, 1, 2].map((pfn) => ({ pfn, bytes: zeroPage, descriptor })),
    });
    expect(image.memory.read(size, 1)).to.deep.equal(Uint8Array.of(0));
    expect([0, 1, 2].map((pfn) => image.memory.pageState(pfn))).to.deep.equal([
      'zero',
      'zero',
      'zero',
    ]);
  });

  it('mix raw and compressed ones as their own flags say', async () => {
    const image = await opened({
      compression: zlib,
      pages: [
        { pfn: 0, bytes: pageOf(0) },
        { pfn: 1, bytes: pageOf(1), isRaw: true },
      ],
      fields: { status: 0 },
    });
    for (const pfn of [0, 1]) {
      expect([...image.memory.read(pfn * size, size)]).to.deep.equal([...pageOf(pfn)]);
    }
  });

  it('of a method without a decoder fail by its name, and the others are read', async () => {
    const file = build({
      compression: { flag: 2, encode: () => new Uint8Array(9) },
      pages: [
        { pfn: 0, bytes: pageOf(0) },
        { pfn: 1, bytes: pageOf(1), isRaw: true },
      ],
    });
    const nothing = {
      ready: (name: string) =>
        Promise.reject(
          new VmcorekitError('unknown-name', { kind: 'compressor', name, known: ['zlib'] }),
        ),
    };
    const image = await openFormat(
      new KdumpFormat(),
      [file.bytes],
      openContext({ compressors: nothing }),
    );
    expect(await failure(() => image.memory.read(0, 1)))
      .to.have.property('message')
      .that.contains("no compressor is called 'lzo'");
    expect(conditionNames(image)).to.deep.equal(['page-codec-missing']);
    expect([...image.memory.read(size, size)]).to.deep.equal([...pageOf(1)]);
  });

  const damaged: readonly [
    string,
    NonNullable<KdumpSpec['pages'][0]['descriptor']>,
    string,
    string,
  ][] = [
    ['whose descriptor was never written', { offset: 0, size: 0 }, 'never written', 'page-lost'],
    [
      'after the end of the file',
      { offset: 1 << 30 },
      'ends after the end of the file',
      'page-cut-off',
    ],
    [
      'at an offset of 2^53 or more',
      { offset: 2n ** 60n + 1n },
      'offset 0x1000000000000001 is beyond any file',
      'page-descriptor-bad',
    ],
    ['at a negative offset', { offset: -8n }, 'beyond any file', 'page-descriptor-bad'],
    [
      'at an offset that wraps',
      { offset: 2n ** 64n - 1n },
      'offset 0xffffffffffffffff is beyond any file',
      'page-descriptor-bad',
    ],
    ['larger than a page', { size: size + 1 }, 'a page takes 1 to 512', 'page-descriptor-bad'],
    ['of no bytes', { size: 0 }, 'says 0 bytes', 'page-descriptor-bad'],
    [
      'within the descriptors',
      { offset: 4 * size + 24 },
      'lies within the headers, bitmaps and descriptors',
      'page-descriptor-bad',
    ],
    ['within the headers', { offset: 16 }, 'lies within the headers', 'page-descriptor-bad'],
    ['raw and too short', { size: 100 }, 'wanted 512 bytes, got 100', 'page-data-bad'],
    [
      'with unknown flags',
      { flags: 0x40 },
      'flags 0x40 name no known compression',
      'page-data-bad',
    ],
    ['that do not decode', { flags: 1 }, 'zlib', 'page-data-bad'],
  ];
  for (const [what, descriptor, because, condition] of damaged) {
    it(`${what} are corrupt, by PFN and file offset, and the rest is read`, async () => {
      const image = await opened({
        pages: [
          { pfn: 4, bytes: pageOf(4) },
          { pfn: 5, bytes: pageOf(5), descriptor },
          { pfn: 6, bytes: pageOf(6) },
        ],
      });
      const error = await failure(() => image.memory.read(5 * size + 3, 4));
      expect(isVmcorekitError(error, 'page-unreadable') && error.facts).to.include({
        state: 'corrupt',
        pfn: 5,
      });
      expect(error)
        .to.have.property('message')
        .that.contains(because)
        .and.contains('file offset 0x');
      expect(image.memory.pageState(5)).to.equal('corrupt');
      expect(conditionNames(image)).to.contain(condition);
      expect(isVmcorekitError(error, 'page-unreadable') && error.facts.condition).to.equal(
        condition,
      );
      expect([...image.memory.read(6 * size, size)]).to.deep.equal([...pageOf(6)]);
    });
  }

  it('that decode to less or more than a page are corrupt', async () => {
    for (const length of [size - 1, size + 1]) {
      const image = await opened({
        pages: [{ pfn: 0, bytes: pageOf(0) }],
        compression: { flag: 1, encode: () => deflateSync(new Uint8Array(length)) },
      });
      expect(await stateOf(image, 0)).to.equal('corrupt');
    }
  });

  it('are counted once when read twice', async () => {
    const image = await opened({
      pages: [0, 1, 2].map((pfn) => ({ pfn, bytes: pageOf(pfn) })),
      compression: zlib,
    });
    for (const pfn of [0, 2, 0, 2]) {
      image.memory.read(pfn * size, size);
    }
    expect(image.memory.pagesRead).to.equal(2);
  });

  it('stay whole under a view while the callback reads far more than the cache holds', async () => {
    const count = 20_000;
    const image = await opened({
      pages: Array.from({ length: count }, (_, pfn) => ({ pfn, bytes: pageOf(pfn % 100) })),
    });
    image.memory.withView(0, size, (view) => {
      for (let pfn = 1; pfn < count; pfn++) {
        image.memory.withView(pfn * size, 1, (other) => expect(other[0]).to.equal((pfn % 100) + 1));
      }
      expect([...view]).to.deep.equal([...pageOf(0)]);
    });
  });

  it('are seen one at a time: a view across two is a broken contract', async () => {
    const image = await opened({ pages: [0, 1].map((pfn) => ({ pfn, bytes: pageOf(pfn) })) });
    expect(await failure(() => image.memory.withView(size - 1, 2, () => 0))).to.have.property(
      'code',
      'contract',
    );
    expect(image.memory.read(size - 1, 2)).to.have.length(2);
  });
});

describe('runs of stored pages', () => {
  const stored = [1, 2, 3, 7, 8, 40];
  const spec: KdumpSpec = {
    pages: stored.map((pfn) => ({ pfn, bytes: pageOf(pfn) })),
    maxMapnr: 64,
  };

  it('merge neighbours and ascend', async () => {
    const image = await opened(spec);
    expect(
      [...image.memory.storedRuns()].map((run) => [run.start / size, run.end / size]),
    ).to.deep.equal([
      [1, 4],
      [7, 9],
      [40, 41],
    ]);
  });

  it('are cut at the addresses asked for', async () => {
    const image = await opened(spec);
    expect([...image.memory.storedRuns(2 * size + 5, 8 * size + 1)]).to.deep.equal([
      { start: 2 * size + 5, end: 4 * size },
      { start: 7 * size, end: 8 * size + 1 },
    ]);
    expect([...image.memory.storedRuns(100 * size)]).to.deep.equal([]);
  });

  it('leave out pages whose descriptors cannot be right', async () => {
    const image = await opened({
      pages: [1, 2, 3].map((pfn) => ({
        pfn,
        bytes: pageOf(pfn),
        ...(pfn === 2 ? { descriptor: { offset: 0 } } : {}),
      })),
    });
    expect([...image.memory.storedRuns()]).to.have.length(2);
  });
});
