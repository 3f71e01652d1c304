import { isHeld, type MemoryPiece, piecesOfRanges, readHeld, stateOfPieces } from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const ranges = [
  { start: 0x1000, end: 0x2c00 },
  { start: 0x3400, end: 0x5000 },
];

function sparse(): SparseMemory {
  const memory = new SparseMemory({ ranges });
  memory.write(0x2000, new Uint8Array(0xc00).fill(7));
  memory.exclude(0x4000);
  return memory;
}

describe('pieces of memory', () => {
  it('follow page states, and ranges within a page', () => {
    expect([...sparse().pieces(0, 0x6000)]).to.deep.equal([
      { start: 0, end: 0x1000, state: 'absent' },
      { start: 0x1000, end: 0x2000, state: 'zero' },
      { start: 0x2000, end: 0x2c00, state: 'stored' },
      { start: 0x2c00, end: 0x3400, state: 'absent' },
      { start: 0x3400, end: 0x4000, state: 'stored' },
      { start: 0x4000, end: 0x5000, state: 'excluded' },
      { start: 0x5000, end: 0x6000, state: 'absent' },
    ]);
  });

  it('begin and end where they are asked to', () => {
    expect([...sparse().pieces(0x2bff, 0x2c02)]).to.deep.equal([
      { start: 0x2bff, end: 0x2c00, state: 'stored' },
      { start: 0x2c00, end: 0x2c02, state: 'absent' },
    ]);
    expect([...sparse().pieces(0x2000, 0x2000)]).to.deep.equal([]);
  });

  it('of ranges say of every byte whether a range holds it', () => {
    const someRanges = fc
      .uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 10 })
      .map((bounds) => {
        const sorted = bounds.toSorted((a, b) => a - b);
        return sorted.flatMap((end, index) =>
          index % 2 === 1 ? [{ start: sorted[index - 1] as number, end }] : [],
        );
      });
    fc.assert(
      fc.property(
        someRanges,
        fc.integer({ min: 0, max: 64 }),
        fc.integer({ min: 0, max: 64 }),
        (held, from, to) => {
          let at = from;
          for (const { start, end, state } of piecesOfRanges(held, from, to)) {
            expect(start).to.equal(at);
            for (; at < end; at++) {
              expect(state === 'stored').to.equal(
                held.some((range) => range.start <= at && at < range.end),
              );
            }
          }
          expect(at).to.equal(Math.max(from, to));
        },
      ),
    );
  });
});

describe('the state of a page of pieces', () => {
  const pieces = (...states: MemoryPiece['state'][]): MemoryPiece[] =>
    states.map((state, index) => ({ start: index, end: index + 1, state }));

  for (const [states, expected] of [
    [['stored', 'zero'], 'stored'],
    [['zero'], 'zero'],
    [['zero', 'absent'], 'partial'],
    [['stored', 'corrupt'], 'partial'],
    [['absent', 'excluded'], 'excluded'],
    [['excluded', 'corrupt'], 'corrupt'],
    [[], 'absent'],
  ] as const) {
    it(`is ${expected} for ${states.join(' and ') || 'none'}`, () => {
      expect(stateOfPieces(pieces(...states))).to.equal(expected);
    });
  }
});

describe('readHeld', () => {
  it('fills a page with what is held, and zeros for the rest', () => {
    const page = new Uint8Array(0x1000).fill(0xff);
    readHeld(sparse(), 0x2000, page);
    expect(page).to.deep.equal(
      Uint8Array.from({ length: 0x1000 }, (_, at) => (at < 0xc00 ? 7 : 0)),
    );
  });

  it('needs no readable byte', () => {
    const page = new Uint8Array(0x1000).fill(0xff);
    readHeld(sparse(), 0x4000, page);
    expect(page).to.deep.equal(new Uint8Array(0x1000));
    expect(isHeld('excluded')).to.equal(false);
  });
});
