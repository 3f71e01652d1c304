import { KdumpFormat } from '@vmcorekit/format-kdump';
import { buildKdump, headOf, qemuKdump } from '@vmcorekit/testing';
import { expect } from 'chai';
import { blockSizeInBytes, build, failure, open, opened, pageOf } from './support/dump.ts';

const pages = [
  { pfn: 1, bytes: pageOf(1) },
  { pfn: 3, bytes: pageOf(3) },
];
const flavours = [
  { wordSizeInBits: 64, subHeader: 'padded', machine: 'x86_64' },
  { wordSizeInBits: 32, subHeader: 'packed', machine: 'i686' },
  { wordSizeInBits: 32, subHeader: 'padded', machine: 'mips' },
] as const;

async function machineOf(machine: string): Promise<string | null> {
  return (await opened({ pages, fields: { machine } })).architecture;
}

describe('KDUMP headers', () => {
  for (const { machine, ...flavour } of flavours) {
    for (const byteOrder of ['little', 'big'] as const) {
      for (const version of [0, 1, 2, 3, 4, 5, 6]) {
        it(`reads version ${version}, ${flavour.wordSizeInBits}-bit ${flavour.subHeader}, ${byteOrder}-endian`, async () => {
          const spec = {
            ...flavour,
            byteOrder,
            version,
            pages,
            vmcoreinfo: 'OSRELEASE=6.1\n',
            notes: [{ name: 'CORE', type: 9, descriptor: Uint8Array.of(1, 2, 3) }],
            eraseinfo: 'erased\n',
            fields: {
              machine,
              release: '6.1.0',
              phys_base: 0x200000,
              nr_cpus: 3,
              timestamp_sec: 99,
              dump_level: 31,
            },
          };
          const image = await opened(spec);
          expect(image.wordSizeInBits).to.equal(flavour.wordSizeInBits);
          expect(image.byteOrder).to.equal(byteOrder);
          expect(image.header.get('header_version')).to.equal(version);
          expect(image.header.get('release')).to.equal('6.1.0');
          expect(image.header.get('nr_cpus')).to.equal(3);
          expect(image.header.get('timestamp_sec')).to.equal(99n);
          expect(image.header.get('phys_base')).to.equal(0x200000n);
          expect(image.header.get('dump_level')).to.equal(version >= 1 ? 31 : undefined);
          expect(image.header.get('max_mapnr_64')).to.equal(version >= 6 ? 4n : undefined);
          expect(image.vmcoreinfo).to.equal(version >= 3 ? 'OSRELEASE=6.1\n' : null);
          expect(
            image.notes.map((note) => [note.name, note.type, [...note.descriptor]]),
          ).to.deep.equal(version >= 4 ? [['CORE', 9, [1, 2, 3]]] : []);
          expect(image.eraseinfo).to.equal(version >= 5 ? 'erased\n' : null);
          expect([...image.memory.read(blockSizeInBytes, blockSizeInBytes)]).to.deep.equal([
            ...pageOf(1),
          ]);
          expect(image.memory.pageState(2)).to.equal('absent');
          expect(image.damage).to.deep.equal([]);
        });
      }
    }
  }

  it('reads big-endian pages of 4 KiB in version 0, which says no byte order', async () => {
    for (const wordSizeInBits of [32, 64] as const) {
      const image = await opened({
        wordSizeInBits,
        byteOrder: 'big',
        version: 0,
        blockSizeInBytes: 4096,
        pages: [{ pfn: 1, bytes: pageOf(1, 4096) }],
      });
      expect(image.byteOrder).to.equal('big');
      expect(image.memory.pageSizeInBytes).to.equal(4096);
      expect(image.memory.read(4096, 4096)).to.deep.equal(pageOf(1, 4096));
    }
  });

  it('gives phys_base unsigned, as it lies in the file', async () => {
    const image = await opened({ pages, fields: { phys_base: 0xfffffff8ffbb7898n } });
    expect(image.header.get('phys_base')).to.equal(0xfffffff8ffbb7898n);
  });

  for (const wordSizeInBits of [32, 64] as const) {
    it(`gives a ${wordSizeInBits}-bit timestamp signed, as struct timeval declares it`, async () => {
      const image = await opened({
        pages,
        wordSizeInBits,
        fields: { timestamp_sec: -86400n, timestamp_usec: -1n },
      });
      expect(image.header.get('timestamp_sec')).to.equal(-86400n);
      expect(image.header.get('timestamp_usec')).to.equal(-1n);
      expect(image.facts?.timestampInSeconds?.value).to.equal(-86400);
    });
  }

  it('says where each header field lies', async () => {
    const file = build({ pages });
    const image = await open(file);
    for (const name of image.header.keys()) {
      expect(image.headerOffsets.get(name), name).to.equal(file.fieldOffsets.get(name));
    }
  });

  it('claims a file by its signature, and nothing else', () => {
    const format = new KdumpFormat();
    expect(format.probe(headOf(build({ pages }).bytes))?.because).to.equal(
      'KDUMP signature, 64-bit little-endian header',
    );
    expect(format.probe(headOf(new TextEncoder().encode('KDUMP   ')))?.because).to.contain(
      'KDUMP signature',
    );
    expect(format.probe(headOf(new TextEncoder().encode('DISKDUMP')))).to.equal(undefined);
    expect(format.probe(headOf(new Uint8Array(0)))).to.equal(undefined);
  });

  it('refuses a newer version by its number', async () => {
    const error = await failure(() => opened({ pages, fields: { header_version: 7 } }));
    expect(error).to.have.property('code', 'unsupported');
    expect(error).to.have.property('message').that.contains('KDUMP header version 7');
  });

  it('refuses bitmaps too small for max_mapnr, odd block sizes, and no sub header', async () => {
    for (const fields of [
      { max_mapnr: 100_000, max_mapnr_64: 100_000 },
      { block_size: 600 },
      { sub_hdr_size: 0 },
    ]) {
      expect(await failure(() => opened({ pages, fields }))).to.have.property('code', 'malformed');
    }
  });

  it('goes by max_mapnr where max_mapnr_64 cannot be', async () => {
    const image = await opened({ pages, fields: { max_mapnr_64: 2n ** 63n } });
    expect(image.damage.map((condition) => condition.name)).to.deep.equal(['max-mapnr-disagrees']);
    expect(image.memory.ranges.at(-1)?.end).to.equal(4 * blockSizeInBytes);
  });

  it('refused impossible sizes without their numbers', async () => {
    const fields = { sub_hdr_size: -1 };
    expect(String(await failure(() => opened({ pages, fields })))).to.match(
      /is '\d+, -1, \d+ and \d+ as 64-bit (little|big)-endian'/,
    );
  });

  it('refuses page frame numbers beyond 52 bits of address', async () => {
    const fields = { bitmap_blocks: 2 ** 11, max_mapnr: 0xffffffff, max_mapnr_64: 2 ** 33 };
    const file = buildKdump({ blockSizeInBytes: 2 ** 20, pages: [], fields });
    expect(await failure(() => open(file))).to.have.property('code', 'malformed');
  });

  it('counts the PFNs of ARM from phys_base', async () => {
    const fields = { machine: 'armv7l', phys_base: 0x60000000 };
    const image = await opened({ pages, wordSizeInBits: 32, subHeader: 'padded', fields });
    expect(image.architecture).to.equal('arm');
    expect(image.memory.pageState(0x60000000 / blockSizeInBytes + 3)).to.equal('stored');
    expect(image.memory.pageState(3)).to.equal('absent');
    expect([...image.memory.read(0x60000000 + blockSizeInBytes, 512)]).to.deep.equal([
      ...pageOf(1),
    ]);
    expect([...image.memory.storedRuns()]).to.deep.equal([
      { start: 0x60000200, end: 0x60000400 },
      { start: 0x60000600, end: 0x60000800 },
    ]);
  });

  it("takes a 32-bit sub header of QEMU's as packed, whatever the machine", async () => {
    const notes = [{ name: 'CORE', type: 1, descriptor: new Uint8Array(148) }];
    const image = await opened({
      pages,
      wordSizeInBits: 32,
      subHeader: 'packed',
      notes,
      fields: { machine: 'Unknown' },
    });
    expect(image.notes).to.have.length(1);
    expect(image.architecture).to.equal('arm');
  });

  it('reads blocks of 64 KiB', async () => {
    const image = await open(
      buildKdump({ blockSizeInBytes: 65536, pages: [{ pfn: 2, bytes: pageOf(9, 65536) }] }),
    );
    expect(image.memory.pageSizeInBytes).to.equal(65536);
    expect([...image.memory.read(2 * 65536 + 16, 3)]).to.deep.equal([10, 3, 4]);
  });
});

describe('the architecture of a KDUMP file', () => {
  it('follows from the machine in utsname', async () => {
    expect(await machineOf('x86_64')).to.equal('x86_64');
    expect(await machineOf('aarch64')).to.equal('arm64');
    expect(await machineOf('ppc64le')).to.equal('ppc64');
  });

  it('is null where the machine is not known and no note shows it', async () => {
    expect(await machineOf('Unknown')).to.equal(null);
    expect(await machineOf('')).to.equal(null);
  });

  it("follows from QEMU's CPU state where the machine is 'Unknown'", async () => {
    const image = await opened(qemuKdump({ pages }));
    expect(image.architecture).to.equal('x86_64');
  });

  it('follows from the size of NT_PRSTATUS where that is all there is', async () => {
    const sizes = [
      ['little', 336, 'x86_64'],
      ['little', 392, 'arm64'],
      ['big', 336, 's390x'],
      ['little', 1000, null],
    ] as const;
    for (const [byteOrder, size, architecture] of sizes) {
      const notes = [{ name: 'CORE', type: 1, descriptor: new Uint8Array(size) }];
      expect((await opened({ pages, byteOrder, notes })).architecture).to.equal(architecture);
    }
  });
});
