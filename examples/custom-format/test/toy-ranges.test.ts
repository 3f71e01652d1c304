import { plugin as architectures } from '@vmcorekit/architectures';
import {
  BufferSink,
  BufferSource,
  type FilteredPage,
  isVmcorekitError,
  type PageDecision,
} from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { plugin as heuristics } from '@vmcorekit/heuristics';
import { plugin as linux } from '@vmcorekit/linux';
import { buildLinuxKernel, describeFormat, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { plugin, toyRanges } from '../src/toy-ranges.ts';
import { magic, wordsOf } from '../src/toy-ranges-writer.ts';

const physBase = 0x600000;
const ranges = [
  { start: 0x2000000, end: 0x2100000 },
  { start: 0x1600000, end: 0x1c00000 },
];

/** A kernel's image and page tables; ranges in any order. */
function kernelFile(): Uint8Array {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x2400000 }] });
  buildLinuxKernel({
    memory,
    physBase,
    kaslrOffset: 0,
    vmcoreInfoAt: 0x2080000,
    tablesFrom: 0x2000000,
    directMapSizeInBytes: 0x2400000,
  });
  return fileOf(
    ranges.map(({ start, end }) => ({ start, bytes: memory.read(start, end - start) })),
  );
}

function fileOf(
  parts: readonly { readonly start: number; readonly bytes: Uint8Array }[],
): Uint8Array {
  return Buffer.concat([
    wordsOf(magic),
    ...parts.flatMap(({ start, bytes }) => [
      wordsOf(BigInt(start), BigInt(start + bytes.length)),
      bytes,
    ]),
  ]);
}

describe('the format of ranges', () => {
  const bytes = Uint8Array.from({ length: 4096 }, (_, index) => index & 0xff);
  describeFormat(toyRanges, {
    cases: [
      {
        title: 'of one range',
        files: [fileOf([{ start: 0x1000, bytes }])],
        holds: [{ address: 0x1000, bytes }],
      },
    ],
  });

  it('refuses ranges that overlap, and says where', async () => {
    const twice = fileOf([0, 1].map(() => ({ start: 0, bytes: new Uint8Array(16) })));
    const error: unknown = await toolkit
      .open(new BufferSource(twice))
      .catch((thrown: unknown) => thrown);
    expect(isVmcorekitError(error, 'malformed')).to.equal(true);
    expect(String(error)).to.include(
      'range header at 0x28: range is 0x0, wanted a range that overlaps no other',
    );
  });

  const toolkit = createToolkit([plugin, architectures, linux, heuristics]);

  it('finds the kernel in such a dump with the heuristics there are', async () => {
    const dump = await toolkit.open(new BufferSource(kernelFile()));
    const { kernel, confidence } = await toolkit.locate(dump);
    expect(kernel?.physBase).to.equal(physBase);
    expect(kernel?.kaslrOffset).to.equal(0);
    expect(confidence).to.equal('certain');
    dump[Symbol.dispose]();
  });

  it('refuses a file that ends within a range, and says where', async () => {
    try {
      await toolkit.open(new BufferSource(kernelFile().subarray(0, 0x1000)));
    } catch (error) {
      expect(isVmcorekitError(error, 'truncated')).to.equal(true);
      expect((error as Error).message).to.equal(
        'range at 0x18: wanted 1048576 bytes, got 4072: the file ends there (4096 bytes)',
      );
      return;
    }
    expect.fail('did not throw');
  });

  it('writes what it reads, in ascending ranges, without pages that a filter excludes', async () => {
    using dump = await toolkit.open(new BufferSource(kernelFile()));
    const [whole, part] = [new BufferSink(), new BufferSink()];
    const excluded = 0x1700000 / 4096;
    const filters = [
      {
        name: 'one',
        summary: 'a test',
        begin:
          () =>
          ({ pfn }: FilteredPage) =>
            decisionFor(pfn === excluded),
      },
    ];
    await toolkit.write(dump.image, 'toy-ranges', whole);
    const report = await toolkit.write(dump.image, 'toy-ranges', part, { filters });
    expect(report).to.include({
      pagesExcluded: 1,
      pagesUnreadable: 0,
      bytesWritten: part.bytes.length,
    });
    using copy = await toolkit.open(new BufferSource(whole.bytes));
    expect((await toolkit.compare(dump, copy)).isEqual).to.equal(true);
    using less = await toolkit.open(new BufferSource(part.bytes));
    expect(less.image.memory.ranges.map(({ start, end }) => [start, end])).to.deep.equal([
      [0x1600000, 0x1700000],
      [0x1701000, 0x1c00000],
      [0x2000000, 0x2100000],
    ]);
  });
});

function decisionFor(isExcluded: boolean): PageDecision {
  return isExcluded ? 'exclude' : 'keep';
}
