import { type PageState, type PhysicalMemory, tryRead, VmcorekitError } from '@vmcorekit/core';
import {
  bytesPattern,
  type FindPattern,
  findMatches,
  type Matches,
  numberPattern,
  physicalStretches,
  type Stretch,
  textPattern,
  virtualStretches,
} from '@vmcorekit/engine';
import { SlidingWindow } from '@vmcorekit/engine/testing';
import { LinearMmu, linearRoot, propertyRuns, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const pageSizeInBytes = 4096;
const pageCount = 12;
const end = pageCount * pageSizeInBytes;

/** Memory whose pages are in the file, and some of which turn out to be corrupt when read. */
class FailingMemory extends SparseMemory {
  readonly #failing: Set<number> = new Set();

  fail(pfn: number): void {
    this.#failing.add(pfn);
  }

  override pageState(pfn: number): PageState {
    return this.#failing.has(pfn) ? 'stored' : super.pageState(pfn);
  }

  override withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    const pfn = Math.floor(address / pageSizeInBytes);
    if (this.#failing.has(pfn)) {
      throw new VmcorekitError('page-unreadable', {
        physicalAddress: address,
        pfn,
        state: 'corrupt',
        because: 'it is',
      });
    }
    return super.withView(address, lengthInBytes, use);
  }
}

function find(
  memory: PhysicalMemory,
  pattern: FindPattern,
  limit: number = 1000,
  stretches: Iterable<Stretch> = physicalStretches(memory, 0n, BigInt(end)),
): Matches {
  const work = findMatches(memory, stretches, pattern, { limit, bytesInAll: end });
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) {
      return step.value;
    }
  }
}

function textAt(places: Readonly<Record<number, string>>, ranges = [{ start: 0, end }]) {
  const memory = new FailingMemory({ ranges });
  for (const [address, text] of Object.entries(places)) {
    memory.write(Number(address), new TextEncoder().encode(text));
  }
  return memory;
}

/** Every byte that can be read, looked at one by one. */
function naively(
  bytes: ReadonlyMap<bigint, number>,
  { bytes: wanted, orBytes = wanted, alignmentInBytes }: FindPattern,
): bigint[] {
  return [...bytes.keys()]
    .sort((a, b) => (a < b ? -1 : 1))
    .filter(
      (address) =>
        address % BigInt(alignmentInBytes) === 0n &&
        wanted.every((byte, index) => {
          const got = bytes.get(address + BigInt(index));
          return got === byte || got === orBytes[index];
        }),
    );
}

function readableBytes(memory: PhysicalMemory, stretches: Iterable<Stretch>): Map<bigint, number> {
  const known = new Map<number, number>();
  for (let page = 0; page < end; page += pageSizeInBytes) {
    for (const piece of memory.pieces(page, page + pageSizeInBytes)) {
      const bytes = tryRead(() => memory.read(piece.start, piece.end - piece.start));
      for (const [index, byte] of (bytes ?? []).entries()) {
        known.set(piece.start + index, byte);
      }
    }
  }
  const bytes = new Map<bigint, number>();
  for (const stretch of stretches) {
    for (let at = stretch.start; at < stretch.end; at++) {
      const byte = known.get(at);
      if (byte !== undefined) {
        bytes.set(stretch.address + BigInt(at - stretch.start), byte);
      }
    }
  }
  return bytes;
}

const pageContents = fc.array(
  fc.record({
    at: fc.oneof(
      fc.nat(end - 8),
      fc
        .nat(pageCount - 2)
        .chain((page) => fc.integer({ min: 4088, max: 4096 }).map((by) => page * 4096 + by)),
    ),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8, max: 3 }),
  }),
  { maxLength: 12 },
);
const patterns = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 5, max: 3 }).map(bytesPattern),
  fc
    .constantFrom(2, 4, 8)
    .chain((size) =>
      fc
        .tuple(fc.nat(0x303), fc.boolean())
        .map(([value, isAligned]) => numberPattern(BigInt(value), size, 'little', isAligned)),
    ),
  fc
    .uint8Array({ minLength: 1, maxLength: 3, max: 3 })
    .map((bytes) => ({ ...bytesPattern(bytes), orBytes: bytes.map((byte) => byte ^ 1) })),
);
const memories = fc
  .record({
    written: pageContents,
    cuts: fc.uniqueArray(fc.nat(end), { minLength: 2, maxLength: 6 }),
    failing: fc.array(fc.nat(pageCount - 1), { maxLength: 3 }),
    lost: fc.array(
      fc.tuple(fc.nat(pageCount - 1), fc.constantFrom('absent', 'excluded', 'corrupt')),
      {
        maxLength: 3,
      },
    ),
  })
  .map(({ written, cuts, failing, lost }) => {
    const sorted = cuts.sort((a, b) => a - b);
    const ranges = sorted.flatMap((start, index) => {
      const to = sorted[index + 1];
      return to === undefined || index % 3 === 2 ? [] : [{ start, end: to }];
    });
    const memory = new FailingMemory({ ranges });
    for (const { at, bytes } of written) {
      memory.write(at, bytes);
    }
    for (const [pfn, state] of lost) {
      memory.lose(pfn * pageSizeInBytes, state);
    }
    for (const pfn of failing) {
      memory.fail(pfn);
    }
    return memory;
  });

describe('findMatches', () => {
  it('finds in physical memory what a look at every byte finds', () => {
    fc.assert(
      fc.property(memories, patterns, (memory, pattern) => {
        const wanted = naively(
          readableBytes(memory, physicalStretches(memory, 0n, BigInt(end))),
          pattern,
        );
        const { addresses, isLimited } = find(memory, pattern, 50);
        expect(addresses).to.deep.equal(wanted.slice(0, 50));
        expect(isLimited).to.equal(wanted.length > 50);
      }),
      { numRuns: propertyRuns(20) },
    );
  });

  it('finds in virtual memory what a look at every byte finds', () => {
    const mappings = fc
      .array(fc.tuple(fc.nat(40), fc.nat(pageCount), fc.integer({ min: 1, max: 6 })), {
        maxLength: 6,
      })
      .map((all) => {
        let virtualPage = 0x7_ffff_0000;
        return all.map(([hole, physicalPage, pages]) => {
          virtualPage += hole % 3 === 0 ? hole : 0;
          const virtualAddress = BigInt(virtualPage) << 12n;
          virtualPage += pages;
          return {
            virtualAddress,
            physicalAddress: physicalPage * pageSizeInBytes,
            lengthInBytes: pages * pageSizeInBytes,
          };
        });
      });
    fc.assert(
      fc.property(memories, mappings, patterns, fc.nat(9000), (memory, mapped, pattern, cut) => {
        const stretches = () =>
          virtualStretches(memory, new LinearMmu(mapped), linearRoot, {
            start: (0x7_ffff_0000n << 12n) + BigInt(cut),
            end: 1n << 63n,
          });
        const wanted = naively(readableBytes(memory, stretches()), pattern);
        expect(find(memory, pattern, 50, stretches()).addresses).to.deep.equal(wanted.slice(0, 50));
      }),
      { numRuns: propertyRuns(20) },
    );
  });

  it('finds what lies across two pages, and overlapping hits', () => {
    const memory = textAt({ 8190: 'abababa' });
    expect(find(memory, textPattern('aba')).addresses).to.deep.equal([8190n, 8192n, 8194n]);
  });

  it('takes a page that cannot be read for the end of what lies before it', () => {
    const memory = textAt({ 4094: 'needle', 8190: 'needle', 20000: 'needle' });
    memory.fail(2);
    const { addresses, unsearched } = find(memory, textPattern('needle'));
    expect(addresses).to.deep.equal([4094n, 20000n]);
    expect(unsearched).to.deep.equal({ excluded: 0, absent: 0, corrupt: 1 });
  });

  it('counts the pages that the dump does not hold, by what became of them', () => {
    const memory = textAt({});
    memory.exclude(4096);
    memory.exclude(8192);
    memory.lose(16384, 'absent');
    expect(find(memory, textPattern('x')).unsearched).to.deep.equal({
      excluded: 2,
      absent: 1,
      corrupt: 0,
    });
  });

  it('says that there are more than it was asked for', () => {
    const memory = textAt({ 10: 'x', 5000: 'x', 9000: 'x' });
    expect(find(memory, textPattern('x'), 2)).to.deep.include({
      addresses: [10n, 5000n],
      isLimited: true,
    });
    expect(find(memory, textPattern('x'), 3)).to.include({ isLimited: false });
  });

  it('finds a text that ends in the zeros of a long stretch of zero pages', () => {
    const memory = textAt({ 4090: 'end' }, [{ start: 0, end: 2 ** 24 }]);
    const wanted = bytesPattern(new TextEncoder().encode(`end${'\0'.repeat(100)}`));
    expect(find(memory, wanted).addresses).to.deep.equal([4090n]);
  });

  it('finds letters of either case, and no others', () => {
    const memory = textAt({ 100: 'LiNuX', 300: 'linux', 500: '\u00ccinux' });
    const wanted = textPattern('linux', { ignoresCase: true });
    expect(find(memory, wanted).addresses).to.deep.equal([100n, 300n]);
  });

  it('finds UTF-16 of either byte order', () => {
    const memory = textAt({ 99: 'xa\0b\0x', 300: 'x\0a\0bx' });
    const little = textPattern('ab', { utf16: 'little' });
    const big = textPattern('ab', { utf16: 'big' });
    expect(find(memory, little).addresses).to.deep.equal([100n]);
    expect(find(memory, big).addresses).to.deep.equal([301n]);
  });
});

describe('SlidingWindow', () => {
  it('finds each match once, wherever it slides on', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3000, max: 1 }),
        fc.uint8Array({ minLength: 1, maxLength: 12, max: 1 }).map(bytesPattern),
        fc.nat(500),
        fc.integer({ min: 1, max: 400 }),
        (bytes, pattern, start, step) => {
          const found: bigint[] = [];
          const window = new SlidingWindow(pattern, (at) => found.push(BigInt(at)) > 0, 192);
          window.jump(start);
          for (let done = 0; done < bytes.length; ) {
            const room = window.room(Math.min(step, bytes.length - done));
            room.set(bytes.subarray(done, done + room.length));
            window.take(room.length);
            done += room.length;
          }
          window.flush();
          const known = new Map(Array.from(bytes, (byte, at) => [BigInt(start + at), byte]));
          expect(found).to.deep.equal(naively(known, pattern));
        },
      ),
    );
  });

  it('passes over a long stretch of zeros, and finds what begins or ends in it', () => {
    const found: number[] = [];
    const pattern = bytesPattern(Uint8Array.of(0, 7, 0));
    const window = new SlidingWindow(pattern, (at) => found.push(at) > 0, 192);
    const seven = () => {
      window.room(1).fill(7);
      window.take(1);
    };
    window.jump(64);
    seven();
    window.zeros(2 ** 40);
    seven();
    window.zeros(2 ** 40);
    window.flush();
    expect(found).to.deep.equal([64 + 2 ** 40]);
  });
});

describe('numberPattern', () => {
  it('is the two’s complement of a negative number', () => {
    expect([...numberPattern(-2n, 4, 'big').bytes]).to.deep.equal([255, 255, 255, 254]);
  });

  it('refuses a number that does not fit', () => {
    expect(() => numberPattern(256n, 1, 'little')).to.throw('a number of 1 bytes');
    expect(() => numberPattern(-129n, 1, 'little')).to.throw('-2^7 to 2^8 - 1');
  });
});

describe('bytesPattern', () => {
  it('refuses what is empty, and what is longer than a search holds', () => {
    expect(() => bytesPattern(new Uint8Array(0))).to.throw('1 to 4096 bytes');
    expect(() => bytesPattern(new Uint8Array(4097))).to.throw('1 to 4096 bytes');
  });
});
