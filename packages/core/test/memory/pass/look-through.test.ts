import {
  forgetPasses,
  lookThrough,
  type MemoryLook,
  type PhysicalMemory,
  type Stretch,
  seenThroughout,
  takeAlong,
  VmcorekitError,
} from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const size = 4096;
const pageCount = 200;

/** Finds what a function returns for each stretch that is not all zeros. */
function lookFor<Found>(of: (stretch: Stretch) => readonly Found[]): MemoryLook<Found> {
  return {
    doing: 'looking',
    begin: () => (stretch, found) => {
      found.push(...(stretch.isZero ? [] : of(stretch)));
    },
  };
}

/** The pages whose first word is of that remainder, and that word as both views have it. */
function marksOf(remainder: number): MemoryLook<{ page: number; word: number; byte: number }> {
  return lookFor(({ address, bytes, words }) =>
    Array.from({ length: bytes.length / size }, (_, index) => ({
      page: address + index * size,
      word: (words[(index * size) / 4] ?? 0) & 0xff,
      byte: bytes[index * size] ?? 0,
    })).filter(({ byte }) => byte !== 0 && byte % 3 === remainder),
  );
}

/** Counts what is read, and may fail. */
class Watched extends SparseMemory {
  bytesRead = 0;
  failure: Error | undefined;

  override readInto(address: number, target: Uint8Array): void {
    if (this.failure !== undefined) {
      throw this.failure;
    }
    super.readInto(address, target);
    this.bytesRead += target.length;
  }
}

function memoryOf(pfns: readonly number[]): Watched {
  const memory = new Watched({ ranges: [{ start: 0, end: pageCount * size }] });
  for (const pfn of pfns) {
    memory.write(pfn * size, Uint8Array.of((pfn % 255) + 1));
  }
  return memory;
}

function allOf<Found extends object>(memory: PhysicalMemory, look: MemoryLook<Found>): Found[] {
  return [...lookThrough(memory, look)].filter(
    (step): step is Found => !('kind' in step && step.kind === 'progress'),
  );
}

const every: readonly number[] = Array.from({ length: pageCount }, (_, pfn) => pfn);

describe('lookThrough', () => {
  it('sees every stored page once, ascending, in bytes and words', () => {
    fc.assert(
      fc.property(fc.subarray([...every]), (pfns) => {
        for (const remainder of [0, 1, 2]) {
          const found = allOf(memoryOf(pfns), marksOf(remainder));
          const marks = pfns
            .map((pfn) => ({ page: pfn * size, mark: (pfn % 255) + 1 }))
            .filter(({ mark }) => mark % 3 === remainder);
          expect(found).to.deep.equal(
            marks.map(({ page, mark }) => ({ page, word: mark, byte: mark })),
          );
        }
      }),
      { numRuns: 25 },
    );
  });

  it('reads memory once for all looks that are taken along', () => {
    const memory = memoryOf(every);
    const looks = [marksOf(0), marksOf(1), marksOf(2)] as const;
    takeAlong(memory, looks);
    const found = looks.map((look) => allOf(memory, look));
    expect(found.flat()).to.have.lengthOf(pageCount);
    expect(memory.bytesRead).to.equal(pageCount * size);
    expect(allOf(memory, looks[1])).to.deep.equal(found[1]);
    expect(memory.bytesRead).to.equal(pageCount * size);
  });

  it('carries a pass on that another search gave up', () => {
    const memory = memoryOf(every);
    const [first, second] = [marksOf(0), marksOf(1)];
    takeAlong(memory, [second]);
    const given = lookThrough(memory, first);
    given.next();
    given.next();
    expect(allOf(memory, second)).to.deep.equal(allOf(memoryOf(every), marksOf(1)));
    expect(allOf(memory, first)).to.deep.equal(allOf(memoryOf(every), marksOf(0)));
    expect(memory.bytesRead).to.equal(pageCount * size);
  });

  it('begins another pass for a look that was not named before', () => {
    const memory = memoryOf(every);
    allOf(memory, marksOf(0));
    expect(allOf(memory, marksOf(1))).to.deep.equal(allOf(memoryOf(every), marksOf(1)));
    expect(memory.bytesRead).to.equal(2 * pageCount * size);
  });

  it('says for nothing what a look has seen, once its pass has ended', () => {
    const memory = memoryOf(every);
    const [first, second, third] = [marksOf(0), marksOf(1), marksOf(2)];
    takeAlong(memory, [second]);
    lookThrough(memory, first).next();
    expect(seenThroughout(memory, second)).to.equal(undefined);
    allOf(memory, first);
    expect(seenThroughout(memory, second)).to.deep.equal(allOf(memoryOf(every), marksOf(1)));
    expect(seenThroughout(memory, third)).to.equal(undefined);
    expect(memory.bytesRead).to.equal(pageCount * size);
  });

  it('says nothing of a look that left its pass', () => {
    const memory = memoryOf(every);
    const many = lookFor(({ address, bytes }) =>
      Array.from({ length: bytes.length / 4 }, (_, index) => ({ at: address + index * 4 })),
    );
    takeAlong(memory, [many]);
    allOf(memory, marksOf(0));
    expect(seenThroughout(memory, many)).to.equal(undefined);
  });

  it('reads again what it has to forget', () => {
    const memory = memoryOf([1]);
    const look = marksOf(2);
    expect(allOf(memory, look)).to.have.lengthOf(1);
    memory.write(4 * size, Uint8Array.of(5));
    expect(allOf(memory, look)).to.have.lengthOf(1);
    forgetPasses(memory);
    expect(allOf(memory, look)).to.have.lengthOf(2);
  });

  it('keeps a bounded number of places, and finds all of them', () => {
    const memory = memoryOf(every);
    const many = lookFor(({ address, bytes }) =>
      Array.from({ length: bytes.length / 4 }, (_, index) => ({ at: address + index * 4 })),
    );
    takeAlong(memory, [many]);
    allOf(memory, marksOf(0));
    const places = allOf(memory, many).map(({ at }) => at);
    expect(places).to.deep.equal(
      Array.from({ length: (pageCount * size) / 4 }, (_, index) => index * 4),
    );
    const readAlone = memory.bytesRead - pageCount * size;
    expect(readAlone)
      .to.be.above(0)
      .and.below(pageCount * size);
  });

  it('passes over pages that cannot be read, and sees those around them', () => {
    const memory = memoryOf(every);
    memory.storedRuns = () => [{ start: 0, end: pageCount * size }];
    for (const pfn of [0, 31, 32, 77, pageCount - 1]) {
      memory.lose(pfn * size, 'corrupt');
    }
    const lost = new Set([0, 31, 32, 77, pageCount - 1]);
    const found = [0, 1, 2].flatMap((remainder) => allOf(memory, marksOf(remainder)));
    expect(new Set(found.map(({ page }) => page / size))).to.deep.equal(
      new Set(every.filter((pfn) => !lost.has(pfn))),
    );
  });

  it('sees parts of pages where no more is stored', () => {
    const memory = new SparseMemory({ ranges: [{ start: 0x1803, end: 0x3005 }] });
    memory.write(0x1803, new Uint8Array(0x1802).fill(7));
    const seen = allOf(
      memory,
      lookFor(({ address, bytes }) => [{ address, length: bytes.length, last: bytes.at(-1) }]),
    );
    expect(seen).to.deep.equal([
      { address: 0x1803, length: 0x7fd, last: 7 },
      { address: 0x2000, length: 0x1000, last: 7 },
      { address: 0x3000, length: 5, last: 7 },
    ]);
  });

  it('throws the error of a failed read to each search that meets it', () => {
    const memory = memoryOf(every);
    const [first, second] = [marksOf(0), marksOf(1)];
    takeAlong(memory, [second]);
    const search = lookThrough(memory, first);
    search.next();
    memory.failure = new VmcorekitError('io', { file: 'dump', because: 'gone' });
    expect(() => [...search]).to.throw('gone');
    expect(() => allOf(memory, second)).to.throw('gone');
    memory.failure = undefined;
    expect(allOf(memory, second)).to.deep.equal(allOf(memoryOf(every), marksOf(1)));
  });

  it('lets a look that throws fail alone', () => {
    const memory = memoryOf(every);
    const failing = lookFor(({ address }): readonly object[] => {
      if (address > 0x1_0000) {
        throw new Error('cannot look');
      }
      return [{ address }];
    });
    takeAlong(memory, [failing]);
    expect(allOf(memory, marksOf(0))).to.deep.equal(allOf(memoryOf(every), marksOf(0)));
    expect(() => allOf(memory, failing)).to.throw('cannot look');
  });
});
