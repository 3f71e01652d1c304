import { deflateSync } from 'node:zlib';
import { x8664 } from '@vmcorekit/architectures';
import { zlibNode } from '@vmcorekit/compressors';
import { ArchitectureTable } from '@vmcorekit/core';
import { LkcdFormat } from '@vmcorekit/format-lkcd';
import { buildLkcd, openContext, openFormat } from '@vmcorekit/testing';
import { exploreImage } from '../explore-image.ts';
import type { FuzzTarget } from '../target.ts';

const page = new Uint8Array(4096).map((_, at) => at >> 4);
const pages = [
  { dp_address: 0x1000, data: page },
  { dp_address: 0x2000, data: deflateSync(page), dp_flags: 2 },
  { dp_address: 0x8000, data: page },
];
const context = openContext({
  architectures: new ArchitectureTable([x8664]),
  compressors: { ready: async () => zlibNode },
});

export const lkcd: FuzzTarget = {
  name: 'lkcd',
  summary: 'an LKCD dump',
  seeds: () => [
    buildLkcd({ pages, dh_version: 9, dh_dump_buffer_size: 1024 }),
    buildLkcd({ pages, dh_version: 9, dh_dump_buffer_size: 1024, byteOrder: 'big' }),
    buildLkcd({
      pages: [{ dp_address: 0, data: Uint8Array.of(5, 0, 0, 0, 255, 6), dp_flags: 2 }],
      dh_dump_compress: 1,
      dh_version: 9,
      dh_dump_buffer_size: 1024,
    }),
  ],
  async run(bytes) {
    using image = await openFormat(new LkcdFormat(), [bytes], context);
    return exploreImage(image);
  },
};
