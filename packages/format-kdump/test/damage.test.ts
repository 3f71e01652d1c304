import { type DumpImage, isVmcorekitError, type PageState } from '@vmcorekit/core';
import { propertyCases, propertyRuns, qemuKdump } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  build,
  conditionNames,
  failure,
  open,
  pageOf,
  blockSizeInBytes as size,
  zeroPage,
  zlib,
} from './support/dump.ts';

const spec = qemuKdump({
  compression: zlib,
  maxMapnr: 40,
  pages: [1, 2, 3, 5, 6, 20].map((pfn) => ({ pfn, bytes: pfn === 3 ? zeroPage : pageOf(pfn) })),
  vmcoreinfo: 'OSRELEASE=6.1\nNUMBER(phys_base)=0\n',
});
const file = build({ ...spec, blockSizeInBytes: size });

/** Reads all a dump offers; whatever fails must fail with an error of this library. */
function readEverything(image: DumpImage): number {
  let read = 0;
  for (let pfn = 0; pfn < 64; pfn++) {
    image.memory.pageState(pfn);
    try {
      image.memory.read(pfn * image.memory.pageSizeInBytes, image.memory.pageSizeInBytes);
      read++;
    } catch (error) {
      if (!isVmcorekitError(error, 'page-unreadable')) {
        throw error;
      }
    }
  }
  for (const run of image.memory.storedRuns()) {
    if (run.start >= run.end) {
      expect.fail(`a run from ${run.start} to ${run.end}`);
    }
    if (read++ > 1000) {
      break;
    }
  }
  expect(image.memory.ranges.length).to.be.lessThan(70_000);
  return read;
}

/**
 * Opens and reads bytes that may be anything. Returns the image, or undefined where they are
 * refused.
 */
async function survive(bytes: Uint8Array): Promise<DumpImage | undefined> {
  let image: DumpImage;
  try {
    image = await open(bytes);
  } catch (error) {
    if (!isVmcorekitError(error)) {
      throw error;
    }
    return undefined;
  }
  readEverything(image);
  return image;
}

describe('damaged KDUMP files', () => {
  // One in five of offsets and of flips; all in continuous integration.
  it('cut off at any offset give right pages or none, and say so', async () => {
    const whole = await open(file);
    const pages = Array.from({ length: 40 }, (_, pfn) =>
      whole.memory.pageState(pfn) === 'absent'
        ? Buffer.alloc(0)
        : Buffer.from(whole.memory.read(pfn * size, size)),
    );
    for (const length of propertyCases([...file.bytes.keys()], 5)) {
      const image = await survive(file.bytes.subarray(0, length));
      if (image === undefined) {
        expect(length).to.be.lessThan(size + 104);
        continue;
      }
      const names = conditionNames(image);
      expect(names.join(' '), String(length)).to.match(/(^| )(bitmap-torn|file-truncated)( |$)/);
      // Without a chain of calls for each page: they took longer than the pages.
      for (let pfn = 0; pfn < 40; pfn++) {
        const state: PageState = image.memory.pageState(pfn);
        if (state === 'stored' || state === 'zero') {
          if (pages[pfn]?.equals(image.memory.read(pfn * size, size)) !== true) {
            expect.fail(`page ${pfn} of ${length} bytes is not what it was`);
          }
        } else if (state === 'partial') {
          const [held, lost] = image.memory.pieces(pfn * size, (pfn + 1) * size);
          expect([held?.state, lost?.state]).to.deep.equal(['stored', 'corrupt']);
          const heldInBytes = (held?.end ?? 0) - pfn * size;
          const isHeld = pages[pfn]
            ?.subarray(0, heldInBytes)
            .equals(image.memory.read(pfn * size, heldInBytes));
          expect(isHeld, `page ${pfn} of ${length} bytes`).to.equal(true);
        } else if (pages[pfn]?.length !== 0 && state !== 'absent' && state !== 'corrupt') {
          expect.fail(`page ${pfn} of ${length} bytes is ${state}`);
        }
      }
    }
  });

  it('cut off within the pages name the PFN and offset of the page that is gone', async () => {
    const image = await open(file.bytes.subarray(0, file.bytes.length - 1));
    expect(conditionNames(image)).to.deep.equal(['file-truncated']);
    expect(image.damage[0]?.fileOffset).to.equal(file.bytes.length - 1);
    const error = await failure(() => image.memory.read(20 * size, 1));
    expect(isVmcorekitError(error, 'page-unreadable') && error.facts.pfn).to.equal(20);
    expect(image.memory.pageState(6)).to.equal('stored');
  });

  it('marked incomplete say so', async () => {
    const image = await open(build({ ...spec, blockSizeInBytes: size, fields: { status: 9 } }));
    expect(conditionNames(image)).to.deep.equal(['incomplete']);
  });

  it('with any bit of either header flipped give typed errors, with bounded work', async () => {
    const headers = [
      ...Array(464).keys(),
      ...Array.from({ length: 104 }, (_, index) => size + index),
    ];
    const flips = headers.flatMap((at) => [0x01, 0x10, 0x80, 0xff].map((mask) => ({ at, mask })));
    for (const { at, mask } of propertyCases(flips, 5)) {
      const bytes = file.bytes.slice();
      bytes[at] = (bytes[at] ?? 0) ^ mask;
      await survive(bytes);
    }
  });

  it('with any bytes changed anywhere give typed errors', async () => {
    const change = fc.tuple(fc.nat(file.bytes.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
        const bytes = file.bytes.slice();
        for (const [at, value] of changes) {
          bytes[at] = value;
        }
        await survive(bytes);
      }),
      { numRuns: propertyRuns(100) },
    );
  });

  it('made of a signature and any bytes give typed errors', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (tail) => {
        const bytes = new Uint8Array(8 + tail.length);
        bytes.set(new TextEncoder().encode('KDUMP   '));
        bytes.set(tail, 8);
        await survive(bytes);
      }),
      { numRuns: propertyRuns(60) },
    );
  });

  it('with a bitmap of alternate pages keep a bounded memory map', async () => {
    const dense = build({
      blockSizeInBytes: size,
      maxMapnr: 8 * size * 100,
      pages: [{ pfn: 0, bytes: pageOf(0) }],
    });
    dense.bytes.fill(0x55, dense.bitmapsAt, dense.descriptorsAt);
    const image = await open(dense);
    expect(image.memory.ranges).to.have.length(65_537);
    expect(conditionNames(image)).to.contain('memory-map-cut');
  });
});
