import {
  BufferSink,
  BufferSource,
  type ByteSink,
  type Dump,
  type DumpImage,
  type Note,
} from '@vmcorekit/core';
import type { Comparison, Toolkit } from '@vmcorekit/engine';
import { FlattenedSink } from '@vmcorekit/format-kdump';
import { memoryImage, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { createDefaultToolkit } from 'vmcorekit';

const pageSizeInBytes = 4096;

/**
 * One conversion: the format, the KDUMP pages' compression, whether as a stream, into how many
 * files.
 */
const anyStep = fc.oneof(
  fc.constant({ format: 'elf', compression: 'none', isFlattened: false, files: 1 }),
  fc.record({
    format: fc.constant('kdump'),
    compression: fc.constantFrom('none', 'zlib', 'lzo', 'snappy', 'zstd'),
    isFlattened: fc.boolean(),
    files: fc.integer({ min: 1, max: 3 }),
  }),
);
type Step = typeof anyStep extends fc.Arbitrary<infer Value> ? Value : never;

const anyMachine = fc.constantFrom<readonly [string, 32 | 64, 'little' | 'big']>(
  ['x86_64', 64, 'little'],
  ['s390x', 64, 'big'],
  ['i386', 32, 'little'],
  ['arm', 32, 'little'],
  ['ppc', 32, 'big'],
  ['mips', 32, 'big'],
);

/** What becomes of each page of a few ranges; pages between them do not exist. */
const anyMemory = fc.array(
  fc.record({
    gapInPages: fc.nat(20),
    pages: fc.array(fc.constantFrom('zero', 'text', 'noise', 'excluded'), {
      minLength: 1,
      maxLength: 12,
    }),
  }),
  { minLength: 1, maxLength: 4 },
);

interface Built {
  readonly image: DumpImage;
  readonly pagesKnown: number;
  readonly pagesUnknown: number;
}

function build(
  [architecture, wordSizeInBits, byteOrder]: readonly [string, 32 | 64, 'little' | 'big'],
  layout: readonly { readonly gapInPages: number; readonly pages: readonly string[] }[],
): Built {
  const ranges: { start: number; end: number }[] = [];
  const kinds: [number, string][] = [];
  let pfn = 0;
  for (const { gapInPages, pages } of layout) {
    pfn += gapInPages;
    ranges.push({ start: pfn * pageSizeInBytes, end: (pfn + pages.length) * pageSizeInBytes });
    for (const kind of pages) {
      kinds.push([pfn++ * pageSizeInBytes, kind]);
    }
  }
  // One page is always known, and one for each file that it may be split into.
  for (let index = 0; index < 3; index++) {
    kinds.push([pfn++ * pageSizeInBytes, 'text']);
  }
  ranges.push({ start: (pfn - 3) * pageSizeInBytes, end: pfn * pageSizeInBytes });
  const memory = new SparseMemory({ ranges, byteOrder });
  for (const [address, kind] of kinds) {
    if (kind === 'excluded') {
      memory.exclude(address);
    } else if (kind !== 'zero') {
      const bytes = Uint8Array.from({ length: pageSizeInBytes }, (_, index) =>
        kind === 'text'
          ? 32 + (((address >> 12) + (index >> 5)) % 90)
          : Math.imul(address + index, 2654435761) >>> 13,
      );
      memory.write(address, bytes);
    }
  }
  const notes: Note[] = [
    { name: 'CORE', type: 2, descriptor: Uint8Array.of(1, 2, 3), fileOffset: 0 },
  ];
  const image = memoryImage(memory, {
    architecture,
    wordSizeInBits,
    byteOrder,
    notes,
    vmcoreinfo: 'OSRELEASE=6.1.0\nPAGESIZE=4096\n',
  });
  const pagesUnknown = kinds.filter(([, kind]) => kind === 'excluded').length;
  return { image, pagesKnown: kinds.length - pagesUnknown, pagesUnknown };
}

async function converted(
  toolkit: Toolkit,
  image: DumpImage,
  { format, compression, isFlattened, files }: Step,
): Promise<Dump> {
  const buffers = Array.from({ length: files }, () => new BufferSink());
  const flattened = isFlattened ? buffers.map((buffer) => new FlattenedSink(buffer)) : [];
  const sinks: readonly ByteSink[] = isFlattened ? flattened : buffers;
  const [sink] = sinks;
  await toolkit.write(image, format, files === 1 && sink !== undefined ? sink : sinks, {
    compression,
  });
  for (const each of flattened) {
    each.finish();
  }
  return await toolkit.open(buffers.map(({ bytes }) => new BufferSource(bytes)).toReversed());
}

describe('chains of conversions', () => {
  it('keep memory and notes, whatever the formats, word size and byte order', async () => {
    const toolkit = createDefaultToolkit();
    const asDump = (image: DumpImage): Dump => ({ image, cpus: [] }) as unknown as Dump;
    await fc.assert(
      fc.asyncProperty(
        anyMachine,
        anyMemory,
        fc.array(anyStep, { minLength: 1, maxLength: 4 }),
        async (machine, layout, steps) => {
          const { image, pagesKnown, pagesUnknown } = build(machine, layout);
          let last = image;
          for (const step of steps) {
            const dump = await converted(toolkit, last, step);
            expect(dump.damage).to.deep.equal([]);
            last = dump.image;
          }
          expect([last.wordSizeInBits, last.byteOrder]).to.deep.equal([
            image.wordSizeInBits,
            image.byteOrder,
          ]);
          const { memory, notes, isEqual }: Comparison = await toolkit.compare(
            asDump(image),
            asDump(last),
          );
          expect(memory).to.include({ pagesEqual: pagesKnown, pagesDifferent: 0 });
          expect(notes).to.deep.equal({ count: 2, onlyIn: [[], []] });
          expect(isEqual).to.equal(pagesUnknown === 0);
        },
      ),
      { numRuns: 100 },
    );
  });
});
