import { flattenedContainer } from '@vmcorekit/format-kdump';
import { describeContainer } from '@vmcorekit/testing';
import { buildFlattened } from './build-flattened.ts';

const bytes = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7) & 0xff);

/** The bytes in records of 100, those at odd places first. */
function recordsOf(): { readonly offset: bigint; readonly bytes: Uint8Array }[] {
  const offsets = Array.from({ length: 50 }, (_, index) => 100 * index);
  const ordered = [
    ...offsets.filter((offset) => offset % 200 !== 0),
    ...offsets.filter((offset) => offset % 200 === 0),
  ];
  return ordered.map((offset) => ({
    offset: BigInt(offset),
    bytes: bytes.subarray(offset, offset + 100),
  }));
}

describeContainer(flattenedContainer, {
  cases: [
    { title: 'of records out of order', file: buildFlattened(recordsOf()), holds: { '': bytes } },
  ],
});
