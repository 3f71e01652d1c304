import { deflateSync } from 'node:zlib';
import { x8664 } from '@vmcorekit/architectures';
import { zlibNode } from '@vmcorekit/compressors';
import { ArchitectureTable } from '@vmcorekit/core';
import { DiskdumpFormat } from '@vmcorekit/format-kdump';
import { buildDiskdumpPartition, buildKdump, openContext, openFormat } from '@vmcorekit/testing';
import { exploreImage } from '../explore-image.ts';
import type { FuzzTarget } from '../target.ts';

const page = new Uint8Array(512).map((_, at) => at >> 4);
const seed = {
  pages: [{ pfn: 1, bytes: page }, { pfn: 2 }, { pfn: 3, bytes: page, isRaw: true }],
  compression: { flag: 1, encode: (bytes: Uint8Array) => deflateSync(bytes) },
  blockSizeInBytes: 512,
  version: 1,
  signature: 'DISKDUMP',
  fields: { status: 8, machine: 'x86_64' },
} as const;
const context = openContext({
  architectures: new ArchitectureTable([x8664]),
  compressors: { ready: async () => zlibNode },
});

export const diskdump: FuzzTarget = {
  name: 'diskdump',
  summary: 'a dump of diskdump, and a partition with one',
  seeds: () => [
    buildKdump(seed).bytes,
    buildKdump({ ...seed, wordSizeInBits: 32 }).bytes,
    buildDiskdumpPartition({ pages: seed.pages, blockSizeInBytes: 512, fields: { status: 0 } }),
  ],
  async run(bytes) {
    using image = await openFormat(new DiskdumpFormat(), [bytes], context);
    image.cpus?.(x8664);
    return exploreImage(image);
  },
};
