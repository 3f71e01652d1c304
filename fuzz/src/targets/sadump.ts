import { x8664 } from '@vmcorekit/architectures';
import { ArchitectureTable, BufferSource } from '@vmcorekit/core';
import { SadumpFormat } from '@vmcorekit/format-sadump';
import { buildSadump, buildSadumpSet, openContext, openFormat } from '@vmcorekit/testing';
import { exploreImage } from '../explore-image.ts';
import type { FuzzTarget } from '../target.ts';

const page = new Uint8Array(4096).map((_, at) => at >> 4);
const pages = new Map([
  [0, page],
  [1, null],
  [5, page],
]);
const [first, second] = buildSadumpSet({ pages }, { pagesOfDisks: [1] });
const format = new SadumpFormat();
const context = openContext({ architectures: new ArchitectureTable([x8664]) });

export const sadump: FuzzTarget = {
  name: 'sadump',
  summary: 'a sadump dump, also the first disk of a set',
  seeds: () => [
    buildSadump({ pages, cpus: [{ Rip: 1n }] }),
    buildSadump({ pages, isMedia: true, header: { header_version: 0 } }),
    ...(first === undefined ? [] : [first]),
  ],
  async run(bytes) {
    // The first of two disks, where its header says that it is one.
    const isDisk = format.splitSetOf(new BufferSource(bytes)) !== undefined;
    const files = isDisk && second !== undefined ? [bytes, second] : [bytes];
    using image = await openFormat(format, files, context);
    image.cpus?.(x8664);
    return exploreImage(image);
  },
};
