import { s390x } from '@vmcorekit/architectures';
import { ArchitectureTable, BufferSource } from '@vmcorekit/core';
import { S390Format } from '@vmcorekit/format-s390';
import { buildS390, openContext, openFormat } from '@vmcorekit/testing';
import { exploreImage } from '../explore-image.ts';
import type { FuzzTarget } from '../target.ts';

const memory = new Uint8Array(3 * 4096).map((_, at) => at >> 5);
const context = openContext({ architectures: new ArchitectureTable([s390x]) });
const format = new S390Format();
const [first, second] = [0, 1].map((volnr) =>
  buildS390({ memory, header: { mvdump: 1, volnr, mem_size: 2 * memory.length } }),
);

export const s390: FuzzTarget = {
  name: 's390',
  summary: 'a stand-alone dump of IBM Z, also the first of two volumes',
  seeds: () => [
    ...(first === undefined ? [] : [first]),
    buildS390({ memory, lc_vec: [0, 4096] }),
    buildS390({
      memory,
      header: { mem_size: 0x8000 },
      segments: [
        { start: 0, data: memory.subarray(0, 4096) },
        { start: 0x4000, data: memory.subarray(4096) },
      ],
    }),
  ],
  async run(bytes) {
    // The first of two volumes, where its header says that it is one.
    const isVolume = format.splitSetOf(new BufferSource(bytes)) !== undefined;
    const files = isVolume && second !== undefined ? [bytes, second] : [bytes];
    using image = await openFormat(format, files, context);
    image.cpus?.(s390x);
    return exploreImage(image);
  },
};
