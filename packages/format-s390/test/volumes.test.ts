import { s390x } from '@vmcorekit/architectures';
import { ArchitectureTable, BufferSource, type DumpImage } from '@vmcorekit/core';
import { S390Format } from '@vmcorekit/format-s390';
import {
  buildS390,
  openContext,
  openFormat,
  type S390HeaderSpec,
  type S390Segment,
  statesOf,
} from '@vmcorekit/testing';
import { expect } from 'chai';

const page = 4096;
const mebibyte: number = 1 << 20;
const format = new S390Format();
const context = openContext({ architectures: new ArchitectureTable([s390x]) });

function pattern(lengthInBytes: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: lengthInBytes }, (_, at) => (at * 7 + (at >> 12) + seed) & 0xff);
}

function open(files: readonly Uint8Array[]): Promise<DumpImage> {
  return openFormat(format, files, context);
}

const headerOf = (volnr: number, mem_size: number): Partial<S390HeaderSpec> => ({
  mvdump: 1,
  volnr,
  mem_size,
  mvdump_zipl_time: 7n,
});

/** Memory on three volumes; the end mark is on the last. */
const memory = pattern(10 * page, 1);
const whole = volumesOf([4, 5, 10]);

/** Volumes that end at these pages. */
function volumesOf(ends: readonly number[]): Uint8Array[] {
  return ends.map((end, volnr) =>
    buildS390({
      memory: memory.subarray((ends[volnr - 1] ?? 0) * page, end * page),
      header: headerOf(volnr, memory.length),
      ...(volnr < ends.length - 1 ? { endTod: null } : {}),
    }),
  );
}

/** A volume of an extended dump, filled up to less than a segment's room. */
function extended(volnr: number, segments: readonly S390Segment[], isLast: boolean): Uint8Array {
  const bytes = buildS390({
    memory: new Uint8Array(0),
    segments: segments.map((segment) => ({ stop_marker: isLast ? 1 : 0, ...segment })),
    header: headerOf(volnr, 8 * mebibyte),
    ...(isLast ? {} : { endTod: null }),
  });
  return Buffer.concat([bytes, new Uint8Array(isLast ? 2 * mebibyte : mebibyte / 2)]);
}

const [low, high] = [pattern(mebibyte, 3), pattern(mebibyte, 4)];
const segmented = [
  extended(0, [{ start: mebibyte, data: low }], false),
  extended(1, [{ start: 2 * mebibyte, data: high }], true),
];

describe('s390 dumps on several volumes', () => {
  it('are joined by what zipl and the dump program wrote on each', () => {
    const keys = [...whole, ...segmented].map((bytes) =>
      format.splitSetOf(new BufferSource(bytes)),
    );
    expect(new Set(keys).size).to.equal(2);
    expect(keys).not.to.include(undefined);
    expect(format.splitSetOf(new BufferSource(buildS390({ memory })))).to.equal(undefined);
    expect(format.splitSetOf(new BufferSource(new Uint8Array(9)))).to.equal(undefined);
  });

  it('hold all memory, in whatever order they are named', async () => {
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
    ]) {
      using image = await open(order.map((at) => whole[at] ?? memory));
      expect(Buffer.compare(image.memory.read(0, memory.length), memory)).to.equal(0);
      expect(image.damage.map(({ name }) => name)).to.deep.equal(['volume-sizes-unproved']);
    }
    using two = await open(volumesOf([4, 10]));
    expect(Buffer.compare(two.memory.read(0, memory.length), memory)).to.equal(0);
    expect(two.damage).to.deep.equal([]);
  });

  it('of wrong sizes that cancel out were sound, with pages at wrong addresses', async () => {
    const [first = memory, second = memory, third = memory] = whole;
    const wrong = [Buffer.concat([first, new Uint8Array(page)]), second.subarray(0, -page), third];
    using image = await open(wrong);
    expect(image.damage.map(({ name, loses, detail }) => [name, loses, detail])).to.deep.equal([
      [
        'volume-sizes-unproved',
        'page',
        'the end mark proves the sum of the sizes of the first 2 volumes, and where the memory of the last begins, 0x5000: memory before it lies where these sizes say, if each file has the size of its partition',
      ],
    ]);
    // Of two volumes, no error is left that a second one could cancel.
    const [lower = memory, rest = memory] = volumesOf([4, 10]);
    for (const other of [Buffer.concat([lower, new Uint8Array(page)]), lower.subarray(0, -page)]) {
      using cut = await open([other, rest]);
      expect(cut.damage.map(({ name }) => name)).to.deep.equal(['split-part-missing']);
    }
  });

  it('hold segments where each says, and zeros between two of one volume', async () => {
    using image = await open(segmented);
    expect(statesOf(image, 9 * mebibyte)).to.deep.equal([
      'zero 0-100000',
      'stored 100000-200000',
      'stored 200000-300000',
      'zero 300000-800000',
      'absent 800000-900000',
    ]);
    expect(Buffer.compare(image.memory.read(mebibyte, mebibyte), low)).to.equal(0);
    expect(Buffer.compare(image.memory.read(2 * mebibyte, mebibyte), high)).to.equal(0);
    expect(image.damage).to.deep.equal([]);
  });

  it('without the end mark where it must be prove only the first volume', async () => {
    const cut = whole[1]?.subarray(0, page) ?? memory;
    for (const files of [
      [whole[0]],
      [whole[0], whole[1]],
      [whole[0], whole[2]],
      [whole[0], cut, whole[2]],
    ]) {
      using image = await open(files.map((file) => file ?? memory));
      expect(statesOf(image, 10 * page)).to.deep.equal(['stored 0-4000', 'corrupt 4000-a000']);
      expect(image.damage.map(({ name }) => name)).to.deep.equal(['split-part-missing']);
    }
  });

  it('prove no zeros between two volumes, nor a segment that leaves its volume', async () => {
    const [first = memory] = segmented;
    using gap = await open([first, extended(1, [{ start: 3 * mebibyte, data: high }], true)]);
    expect(statesOf(gap, 4 * mebibyte)).to.deep.equal([
      'zero 0-100000',
      'stored 100000-200000',
      'corrupt 200000-300000',
      'stored 300000-400000',
    ]);
    expect(gap.damage.map(({ name }) => name)).to.deep.equal(['segments-unfinished']);
    const long = extended(0, [{ start: 0, data: low, len: 4 * mebibyte }], false);
    using outside = await open([long, segmented[1] ?? memory]);
    expect(statesOf(outside, 8 * mebibyte)).to.deep.equal(['corrupt 0-800000']);
  });

  it('are refused without the first, or with one twice', async () => {
    const failure = async (files: readonly (Uint8Array | undefined)[]): Promise<string> =>
      open(files.map((file) => file ?? memory)).then(
        () => 'no error',
        (error: unknown) => String(error),
      );
    expect(await failure([whole[1], whole[2]])).to.match(/volume 1 .* without the ones before it/);
    expect(await failure([whole[0], whole[0]])).to.match(/its volumes, each once/);
    expect(await failure([whole[0], buildS390({ memory })])).to.match(/its volumes, each once/);
  });
});
