import { BufferSink, fnv1aStart, fnv1aWith, isVmcorekitError } from '@vmcorekit/core';
import { FlattenedSink, flattenedContainer } from '@vmcorekit/format-kdump';
import { openContainer, openContext } from '@vmcorekit/testing';
import { checkRead } from '../check-read.ts';
import { kdumpSeeds } from '../kdump-seeds.ts';
import { Broken, type FuzzTarget, must } from '../target.ts';

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

/** Where the checksum of an index stands, and what of. */
const checksumOffset = 20;
const checkedFrom = 24;

/** A file whose middle is in none of what is compared before an index is used. */
const indexedFile = flattenWhole([256, 20, 20, 20, 64].map((kib, at) => ({ kib, value: at + 1 })));

export const flattenedIndex: FuzzTarget = {
  name: 'flattened-index',
  summary: 'an index that is false, beside a flattened file',
  async seeds() {
    using container = await openContainer(flattenedContainer, indexedFile);
    const index = container.snapshot?.() ?? new Uint8Array(0);
    return [index, index.slice(0, -2), new Uint8Array(60)];
  },
  async run(bytes) {
    const index = bytes.slice();
    if (index.length >= checkedFrom) {
      const sum = index.subarray(checkedFrom).reduce(fnv1aWith, fnv1aStart);
      new DataView(index.buffer).setUint32(checksumOffset, sum >>> 0, true);
    }
    using fresh = await openContainer(flattenedContainer, indexedFile);
    using container = await openContainer(
      flattenedContainer,
      indexedFile,
      openContext({ snapshot: index }),
    );
    const [right, read] = [fresh, container].map((contents) => {
      const [entry] = contents.entries;
      if (entry === undefined) {
        throw new Broken('a flattened file has no content');
      }
      return contents.open(entry);
    });
    let refusedCount = 0;
    for (let at = 0; at < (right?.sizeInBytes ?? 0); at += 4 * chunk) {
      const [wanted, got] = [new Uint8Array(chunk), new Uint8Array(chunk)];
      right?.readInto(at, wanted);
      try {
        read?.readInto(at, got);
        must(
          wanted.every((byte, place) => byte === got[place]),
          `a false index gives other bytes at ${at}`,
        );
      } catch (error) {
        if (!isVmcorekitError(error, 'io')) {
          throw error;
        }
        refusedCount += 1;
      }
    }
    return `${container.damage.map(({ detail }) => detail).join()} ${refusedCount > 0}`;
  },
};

/** Records one after another. */
function flattenWhole(
  records: readonly { readonly kib: number; readonly value: number }[],
): Uint8Array {
  const output = new BufferSink();
  const sink = new FlattenedSink(output);
  let at = 0;
  for (const { kib, value } of records) {
    for (let left = kib; left > 0; left -= 4) {
      sink.writeAt(at, new Uint8Array(chunk).fill(value + left));
      at += chunk;
    }
  }
  sink.finish();
  return output.bytes.slice();
}

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
