import { plugin as compressors, snappySnappyjs } from '@vmcorekit/compressors';
import { createToolkit } from '@vmcorekit/engine';
import { AvmlFormat, LimeFormat } from '@vmcorekit/format-lime';
import { buildAvml, buildLime, openContext, openFormat } from '@vmcorekit/testing';
import { exploreImage } from '../explore-image.ts';
import type { FuzzTarget } from '../target.ts';

const page = new Uint8Array(0x1000).map((_, index) => index % 251);
const [limeFormat, avmlFormat] = [new LimeFormat(), new AvmlFormat()];
const context = openContext({ compressors: createToolkit([compressors]).compressors });
const low = { s_addr: 0x1000, data: page.subarray(0, 0x400) };
const high = { s_addr: 0x10000, data: page };

export const lime: FuzzTarget = {
  name: 'lime',
  summary: 'a LiME file',
  seeds: () => [
    buildLime([low, high, { s_addr: 0x8000, data: page.subarray(0, 1) }]),
    buildLime([low, high], 'big'),
    // A write that failed after a page, and a header that hides a range.
    buildLime([
      { ...high, e_addr: 0x12fff },
      { s_addr: 0x20000, data: page.subarray(0, 0x200) },
    ]),
    buildLime([low, { ...low, magic: 0, s_addr: 0x4000 }, high]),
  ],
  async run(bytes) {
    using image = await openFormat(limeFormat, [bytes], context);
    return exploreImage(image);
  },
};

export const avml: FuzzTarget = {
  name: 'avml',
  summary: 'a compressed AVML file',
  seeds: () => [
    buildAvml([low, high, { s_addr: 0x8000, data: page.subarray(0, 1) }]),
    buildAvml([
      { ...low, pack: packed },
      { ...high, length: 3n },
    ]),
    Buffer.concat([buildAvml([low]), buildLime([high])]),
    Buffer.concat([buildLime([low]), buildAvml([high])]),
  ],
  async run(bytes) {
    using image = await openFormat(avmlFormat, [bytes], context);
    return exploreImage(image);
  },
};

function packed(chunk: Uint8Array): Uint8Array {
  const target = new Uint8Array(2 * chunk.length + 64);
  return target.subarray(0, snappySnappyjs.encode?.(chunk, target));
}
