import { i386, x8664 } from '@vmcorekit/architectures';
import { zlibNode } from '@vmcorekit/compressors';
import { ArchitectureTable, type DumpImage } from '@vmcorekit/core';
import { DiskdumpFormat, KdumpFormat } from '@vmcorekit/format-kdump';
import {
  buildDiskdumpPartition,
  buildKdump,
  describeFormat,
  headOf,
  type KdumpSpec,
  openContext,
  openFormat,
  statesOf,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { zlib } from './support/dump.ts';

const format = new DiskdumpFormat();
const context = openContext({
  architectures: new ArchitectureTable([x8664, i386]),
  compressors: { ready: async () => zlibNode },
});
const compressed = 8;
const page = (seed: number): Uint8Array =>
  Uint8Array.from({ length: 4096 }, (_, at) => (at >> 4) + seed);

function diskdump(spec: Partial<KdumpSpec> = {}): Uint8Array {
  return buildKdump({
    pages: [{ pfn: 1, bytes: page(1) }, { pfn: 2 }, { pfn: 3, bytes: page(3), isRaw: true }],
    compression: zlib,
    version: 1,
    signature: 'DISKDUMP',
    ...spec,
    fields: { status: compressed, machine: 'x86_64', release: '2.6.9-5.EL', ...spec.fields },
  }).bytes;
}

/** Its first page is that of PFN 1, and PFN 2 is no memory. */
function partition(spec: Partial<KdumpSpec> = {}): Uint8Array {
  return buildDiskdumpPartition({
    pages: [
      { pfn: 1, bytes: page(1) },
      { pfn: 3, bytes: page(3) },
    ],
    ...spec,
    fields: { machine: 'x86_64', ...spec.fields },
  });
}

const errorOf = (file: Uint8Array): Promise<string> =>
  openFormat(format, [file], context).then(
    () => 'no error',
    (error: unknown) => String(error),
  );

function open(spec: Partial<KdumpSpec> = {}): Promise<DumpImage> {
  return openFormat(format, [diskdump(spec)], context);
}

describeFormat(format, {
  architectures: [x8664, i386],
  compressors: [zlibNode],
  cases: [
    {
      title: 'of 64 bits',
      files: [diskdump()],
      holds: [1, 3].map((pfn) => ({ address: pfn * 4096, bytes: page(pfn) })),
    },
    {
      title: 'of 32 bits',
      files: [diskdump({ wordSizeInBits: 32, fields: { machine: 'i686' } })],
      holds: [1, 3].map((pfn) => ({ address: pfn * 4096, bytes: page(pfn) })),
    },
    {
      title: 'not compressed',
      files: [
        diskdump({ compression: { flag: 1, encode: () => undefined }, fields: { status: 0 } }),
      ],
      holds: [1, 3].map((pfn) => ({ address: pfn * 4096, bytes: page(pfn) })),
    },
    {
      title: 'in a partition',
      files: [partition()],
      holds: [1, 3].map((pfn) => ({ address: pfn * 4096, bytes: page(pfn) })),
    },
  ],
});

describe('dumps of diskdump', () => {
  it('hold pages as KDUMP files do, and say whose they are', async () => {
    using image = await open();
    expect(statesOf(image, 0x5000)).to.deep.equal([
      'absent 0-1000',
      'stored 1000-2000',
      'excluded 2000-3000',
      'stored 3000-4000',
      'absent 4000-5000',
    ]);
    expect([image.architecture, image.wordSizeInBits]).to.deep.equal(['x86_64', 64]);
    expect(image.facts?.utsname?.release.value).to.equal('2.6.9-5.EL');
    expect(image.facts?.origins?.[0]?.who).to.equal('diskdump');
    expect(image.damage).to.deep.equal([]);
  });

  it('have registers in the sub header, which are taken for no numbers of KDUMP', async () => {
    using image = await open({ version: 6 });
    expect(image.facts).to.not.have.property('hints');
    expect(image.header.has('phys_base')).to.equal(false);
    expect(image.damage).to.deep.equal([]);
  });

  it('that were not finished say so', async () => {
    using image = await open({ fields: { status: compressed | 1 } });
    expect(image.damage.map(({ name }) => name)).to.deep.equal(['incomplete']);
  });

  it('are claimed by this format alone', () => {
    const kdump = buildKdump({ pages: [] }).bytes;
    expect(new KdumpFormat().probe(headOf(diskdump()))).to.equal(undefined);
    expect(format.probe(headOf(kdump))).to.equal(undefined);
  });

  it('that are not compressed and have no descriptors are refused', async () => {
    expect(await errorOf(partition().subarray(4096))).to.include(
      'is a dump of diskdump that is not compressed, and its pages have no descriptors: copy it',
    );
  });

  it('have the registers of the CPU that wrote them, at its number', async () => {
    const subHeaderBytes = new Uint8Array(27 * 8);
    const words = new DataView(subHeaderBytes.buffer);
    words.setBigUint64(16 * 8, 0xffffffff80123456n, true);
    words.setBigUint64(19 * 8, 0x1234n, true);
    using image = await open({ subHeaderBytes, fields: { current_cpu: 2 } });
    const cpus = image.cpus?.(x8664) ?? [];
    expect(cpus.map(({ registers }) => registers.get('rip'))).to.deep.equal([
      undefined,
      undefined,
      0xffffffff80123456n,
    ]);
    expect(cpus[2]?.registers.get('rsp')).to.equal(0x1234n);
    using none = await open({ subHeaderBytes: new Uint8Array(27 * 8) });
    expect(none).to.not.have.property('cpus');
  });

  it('have those of i386 too, and none of a machine whose sub header is not known', async () => {
    const subHeaderBytes = new Uint8Array(17 * 4);
    new DataView(subHeaderBytes.buffer).setUint32(12 * 4, 0xc0123456, true);
    using image = await open({ subHeaderBytes, wordSizeInBits: 32, fields: { machine: 'i686' } });
    expect(image.cpus?.(i386)[0]?.registers.get('eip')).to.equal(0xc0123456n);
    using other = await open({ fields: { machine: 'ia64' } });
    expect(other).to.not.have.property('cpus');
  });
});

describe('partitions of diskdump', () => {
  it('hold the pages of RAM one after the other', async () => {
    using image = await openFormat(format, [partition()], context);
    expect(statesOf(image, 0x4000)).to.deep.equal([
      'absent 0-1000',
      'stored 1000-2000',
      'absent 2000-3000',
      'stored 3000-4000',
    ]);
    expect([image.architecture, image.damage]).to.deep.equal(['x86_64', []]);
  });

  it('that are cut keep what comes before, and say so', async () => {
    const whole = partition();
    using image = await openFormat(format, [whole.subarray(0, whole.length - 4000)], context);
    expect(image.damage.map(({ name }) => name)).to.deep.equal(['file-truncated']);
    expect(image.memory.pageState(1)).to.equal('stored');
    expect(image.memory.pageState(3)).to.equal('partial');
  });

  it('whose pages lie otherwise are refused by what they are', async () => {
    expect(await errorOf(partition({ fields: { status: compressed } }))).to.include(
      'is a copy of a partition of diskdump, compressed: turn it into a dump',
    );
    expect(await errorOf(partition({ bitmaps: 2 }))).to.include(
      'is a copy of a partition of diskdump, without all pages: turn it into a dump',
    );
  });

  it('that were formatted and never written are not claimed', () => {
    expect(format.probe(headOf(partition().fill(0, 4096)))).to.equal(undefined);
  });

  it('give back any pages', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 20 }),
        async (pfns) => {
          const pages = pfns.map((pfn) => ({ pfn, bytes: page(pfn) }));
          using image = await openFormat(format, [partition({ pages })], context);
          for (let pfn = 0; pfn < 42; pfn++) {
            expect(image.memory.pageState(pfn)).to.equal(pfns.includes(pfn) ? 'stored' : 'absent');
          }
          for (const { pfn, bytes } of pages) {
            expect(Buffer.compare(image.memory.read(pfn * 4096, 4096), bytes)).to.equal(0);
          }
        },
      ),
      { numRuns: 40 },
    ));
});
