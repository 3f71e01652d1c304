import { linearMemory, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { ReadOnlyWindow } from '../../dist/symbols/kallsyms/read-only-window.js';
import { findDigitRuns } from '../../dist/symbols/kallsyms/search.js';

const mebibyte = 0x100000;
const sizeInBytes = 16 * mebibyte;
const start = 0xffffffff82000000n;
const tokensAt = 10 * mebibyte + 0x234;
const offsetsAt = tokensAt + 0x400;

/** Words that rise, as offsets of functions do. */
function sortedWords(lengthInBytes: number): Uint8Array {
  const words = Uint32Array.from({ length: lengthInBytes / 4 }, (_, index) => index * 48);
  return new Uint8Array(words.buffer);
}

/** The first run of digit tokens found, and the pages that this took. */
function search(
  memory: SparseMemory,
  keptPlaceOf?: () => number,
): { readonly at: number | undefined; readonly pages: number } {
  const run = { virtualAddress: start, physicalAddress: 0, lengthInBytes: sizeInBytes };
  const window = new ReadOnlyWindow(linearMemory(memory, [run]), start, sizeInBytes, true);
  for (const at of findDigitRuns(window, keptPlaceOf)) {
    if (at !== undefined) {
      return { at, pages: memory.pagesRead };
    }
  }
  return { at: undefined, pages: memory.pagesRead };
}

function imageOf(): SparseMemory {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  const symbols = 200_000;
  const offsets = sortedWords(4 * symbols);
  memory.write(tokensAt, digitTokens());
  memory.write(offsetsAt, offsets);
  memory.write(offsetsAt + offsets.length, numbersOf(symbols));
  return memory;
}

/** The tokens of the digits, each with its NUL. */
function digitTokens(): Uint8Array {
  return Uint8Array.from(Array.from({ length: 10 }, (_, digit) => [0x30 + digit, 0]).flat());
}

/** Three bytes for each symbol, in the order of names. */
function numbersOf(symbols: number): Uint8Array {
  return Uint8Array.from({ length: 3 * symbols }, (_, index) => {
    const number = (Math.floor(index / 3) * 7919) % symbols;
    return (number >> (16 - 8 * (index % 3))) & 0xff;
  });
}

describe('the search for the tokens of kallsyms', () => {
  it('reads little where the table of offsets is the first that is sorted', () => {
    const { at, pages } = search(imageOf());
    expect(at).to.equal(tokensAt);
    expect(pages).to.be.below(200);
  });

  it('goes on to the next sorted table where another kind comes first, as in Linux 7.3', () => {
    const memory = imageOf();
    memory.write(3 * mebibyte, sortedWords(0x60000));
    const { at, pages } = search(memory);
    expect(at).to.equal(tokensAt);
    // All between the two tables would be 1700 pages.
    expect(pages).to.be.below(400);
  });

  it('does not read on to the end of the image after a table that numbers follow', () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
    const symbols = 85_000;
    const offsets = sortedWords(4 * symbols);
    const numbersAt = 3 * mebibyte;
    const numbers = numbersOf(symbols);
    memory.write(mebibyte, offsets);
    memory.write(numbersAt, numbers);
    memory.write(numbersAt + numbers.length, digitTokens());
    const pageState = memory.pageState.bind(memory);
    let lastPfn = 0;
    memory.pageState = (pfn) => {
      lastPfn = Math.max(lastPfn, pfn);
      return pageState(pfn);
    };
    expect(search(memory).at).to.equal(numbersAt + numbers.length);
    expect(lastPfn * 4096).to.be.below(5 * mebibyte);
  });

  it('looks first where an earlier search found them', () => {
    const known = search(imageOf(), () => tokensAt);
    expect(known.at).to.equal(tokensAt);
    expect(known.pages).to.be.below(search(imageOf()).pages - 5);
    for (const wrong of [0, tokensAt - 0x8000, sizeInBytes - 1, sizeInBytes, 2 ** 32 - 1]) {
      expect(search(imageOf(), () => wrong).at).to.equal(tokensAt);
    }
  });

  it('finds a table of so few symbols that every other sampled page misses it', () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
    memory.write(5 * 0x20000 - 0x800, digitTokens());
    memory.write(5 * 0x20000 - 0x400, sortedWords(0x1f000));
    const { at, pages } = search(memory);
    expect(at).to.equal(5 * 0x20000 - 0x800);
    expect(pages).to.be.below(400);
  });

  it('makes no error of the pages that a filtered file leaves out', () => {
    let errors = 0;
    class Filtered extends SparseMemory {
      override withView<Result>(
        address: number,
        lengthInBytes: number,
        use: (view: Uint8Array) => Result,
      ): Result {
        try {
          return super.withView(address, lengthInBytes, use);
        } catch (error) {
          errors += 1;
          throw error;
        }
      }
    }
    const memory = new Filtered({ ranges: [{ start: 0, end: sizeInBytes }] });
    for (let page = 0; page < sizeInBytes; page += 0x1000) {
      memory.exclude(page);
    }
    expect(search(memory)).to.deep.equal({ at: undefined, pages: 0 });
    expect(errors).to.equal(0);
  });

  it('ends where sorted tables have no end', () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
    for (let at = 0; at < sizeInBytes; at += 0x80000) {
      memory.write(at, sortedWords(0x50000));
    }
    expect(search(memory).at).to.equal(undefined);
  });
});
