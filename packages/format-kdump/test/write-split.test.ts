import { BufferSink, type DumpImage, type WriteOptions, type WriteReport } from '@vmcorekit/core';
import { KdumpFormat, keepPages } from '@vmcorekit/format-kdump';
import { type KdumpPage, propertyRuns, qemuKdump } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  context,
  failure,
  open,
  opened,
  pageOf,
  blockSizeInBytes as size,
  zeroPage,
  zlib,
} from './support/dump.ts';

async function split(
  image: DumpImage,
  count: number,
  options: WriteOptions = {},
): Promise<{ readonly files: readonly Uint8Array[]; readonly report: WriteReport }> {
  const sinks = Array.from({ length: count }, () => new BufferSink());
  const work = await new KdumpFormat().writer.writeSplit(image, sinks, options, context);
  for (;;) {
    const step = work.next();
    if (step.done === true) {
      return { files: sinks.map(({ bytes }) => bytes), report: step.value };
    }
  }
}

function stateAndByte(image: DumpImage, pfn: number): string {
  const state = image.memory.pageState(pfn);
  return state === 'stored' || state === 'zero'
    ? Buffer.from(image.memory.read(pfn * size, size)).toString('latin1')
    : state;
}

function dumpOf(pages: readonly KdumpPage[], maxMapnr = 300): Promise<DumpImage> {
  return opened(qemuKdump({ compression: zlib, pages, maxMapnr }));
}

const tenPages = Array.from({ length: 10 }, (_, index) => ({
  pfn: 20 * index,
  bytes: pageOf(index + 1),
}));

describe('a dump written in several files', () => {
  it('is the same dump when all parts are opened, whatever the pages and their number', async () => {
    const anyPages = fc.uniqueArray(fc.record({ pfn: fc.nat(250), isZero: fc.boolean() }), {
      selector: ({ pfn }) => pfn,
      minLength: 8,
      maxLength: 80,
    });
    await fc.assert(
      fc.asyncProperty(anyPages, fc.integer({ min: 2, max: 8 }), async (list, count) => {
        const before = await dumpOf(
          list.map(({ pfn, isZero }) => ({ pfn, bytes: isZero ? zeroPage : pageOf(pfn % 250) })),
        );
        const { files, report } = await split(before, count);
        const after = await open(...files.toReversed());
        expect(after.damage).to.deep.equal([]);
        expect(after.memory.ranges).to.deep.equal(before.memory.ranges);
        for (let pfn = 0; pfn < 260; pfn++) {
          expect(stateAndByte(after, pfn)).to.equal(stateAndByte(before, pfn));
        }
        expect(report.bytesWritten).to.equal(files.reduce((sum, { length }) => sum + length, 0));
      }),
      { numRuns: propertyRuns(12) },
    );
  });

  it('has as many pages in each, and each says which PFNs it speaks for', async () => {
    const { files } = await split(await dumpOf(tenPages), 3);
    const headers = await Promise.all(files.map(async (file) => (await open(file)).header));
    const fieldsOf = (name: string): number[] => headers.map((header) => Number(header.get(name)));
    expect(fieldsOf('split')).to.deep.equal([1, 1, 1]);
    expect(fieldsOf('start_pfn_64')).to.deep.equal([0, 80, 140]);
    expect(fieldsOf('end_pfn_64')).to.deep.equal([80, 140, 181]);
    expect(fieldsOf('start_pfn')).to.deep.equal(fieldsOf('start_pfn_64'));
  });

  it('counts what a filter left out once', async () => {
    const { files, report } = await split(await dumpOf(tenPages), 2, {
      filters: [keepPages([{ start: 0, end: 100 }])],
    });
    expect(report).to.include({ pagesStored: 5, pagesExcluded: 5, pagesUnreadable: 0 });
    const after = await open(...files);
    expect([0, 80, 100].map((pfn) => after.memory.pageState(pfn))).to.deep.equal([
      'stored',
      'stored',
      'excluded',
    ]);
  });

  it('is refused where there are fewer pages than files', async () => {
    const image = await dumpOf(tenPages);
    expect(await failure(() => split(image, 11)))
      .to.be.an('error')
      .with.property(
        'message',
        "files to split a dump into: got '11', allowed is 1 to 10, its pages",
      );
  });

  it('is whole again, and says so, when it is written to one file', async () => {
    const { files } = await split(await dumpOf(tenPages), 2);
    const sink = new BufferSink();
    const work = await new KdumpFormat().writer.write(await open(...files), sink, {}, context);
    while (work.next().done !== true) {}
    const { header } = await open(sink.bytes);
    expect(
      ['split', 'start_pfn_64', 'end_pfn_64'].map((name) => Number(header.get(name))),
    ).to.deep.equal([0, 0, 0]);
  });
});
