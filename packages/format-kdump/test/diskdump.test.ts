import { i386, x8664 } from '@vmcorekit/architectures';
import { zlibNode } from '@vmcorekit/compressors';
import { ArchitectureTable, type DumpImage } from '@vmcorekit/core';
import { DiskdumpFormat, KdumpFormat } from '@vmcorekit/format-kdump';
import {
  buildKdump,
  describeFormat,
  headOf,
  type KdumpSpec,
  openContext,
  openFormat,
  statesOf,
} from '@vmcorekit/testing';
import { expect } from 'chai';
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

  it('that are not compressed are refused by what they are', async () => {
    const error: unknown = await open({ fields: { status: 0 } }).catch((thrown: unknown) => thrown);
    expect(String(error)).to.include('is a dump of diskdump that is not compressed: open it with');
  });
});
