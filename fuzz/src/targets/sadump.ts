import { x8664 } from '@vmcorekit/architectures';
import { ArchitectureTable } from '@vmcorekit/core';
import { SadumpFormat } from '@vmcorekit/format-sadump';
import { buildSadump, openContext, openFormat } from '@vmcorekit/testing';
import { exploreImage } from '../explore-image.ts';
import type { FuzzTarget } from '../target.ts';

const page = new Uint8Array(4096).map((_, at) => at >> 4);
const pages = new Map([
  [0, page],
  [1, null],
  [5, page],
]);
const context = openContext({ architectures: new ArchitectureTable([x8664]) });

export const sadump: FuzzTarget = {
  name: 'sadump',
  summary: 'a sadump dump',
  seeds: () => [
    buildSadump({ pages, cpus: [{ Rip: 1n }] }),
    buildSadump({ pages, isMedia: true, header: { header_version: 0 } }),
  ],
  async run(bytes) {
    using image = await openFormat(new SadumpFormat(), [bytes], context);
    image.cpus?.(x8664);
    return exploreImage(image);
  },
};
