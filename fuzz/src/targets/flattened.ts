import { BufferSink } from '@vmcorekit/core';
import { FlattenedSink, flattenedContainer } from '@vmcorekit/format-kdump';
import { openContainer } from '@vmcorekit/testing';
import { checkRead } from '../check-read.ts';
import { kdumpSeeds } from '../kdump-seeds.ts';
import { Broken, type FuzzTarget } from '../target.ts';

const chunk = 4096;
const chunksRead = 16;

export const flattened: FuzzTarget = {
  name: 'flattened',
  summary: 'a flattened file',
  seeds: () => [
    ...kdumpSeeds()
      .slice(0, 2)
      .map((bytes) => flatten(bytes, [0, 600, 300, 2000])),
    flatten(new Uint8Array(900).fill(7), [100, 0, 50, 450]),
  ],
  async run(bytes) {
    using container = await openContainer(flattenedContainer, bytes);
    const { entries, damage } = container;
    const [entry] = entries;
    if (entry === undefined) {
      throw new Broken('a flattened file has no content');
    }
    using opened = container.open(entry);
    for (let index = 0; index < chunksRead; index++) {
      // Read from both ends, because a hostile record may lie at 2^53.
      const offset =
        index % 2 === 0
          ? (index / 2) * chunk
          : Math.max(0, opened.sizeInBytes - ((index + 1) / 2) * chunk);
      checkRead(opened, offset);
    }
    return [
      opened.sizeInBytes > bytes.length ? 'sparse' : 'dense',
      ...damage.map(({ name }) => name),
    ].join(' ');
  },
};

/** Writes pieces at the given offsets, in that order, so that later ones override. */
function flatten(bytes: Uint8Array, offsets: readonly number[]): Uint8Array {
  const output = new BufferSink();
  const sink = new FlattenedSink(output);
  for (const offset of offsets) {
    sink.writeAt(offset, bytes.subarray(offset, offset + 700));
  }
  sink.finish();
  return output.bytes.slice();
}
