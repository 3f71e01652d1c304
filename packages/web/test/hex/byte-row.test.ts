import { expect } from 'chai';
import { byteRow, digitPieces } from '../../dist/page/hex/byte-row.js';

const stored = {
  address: 0x1000n,
  lengthInBytes: 20,
  state: 'stored',
  bytes: Uint8Array.from({ length: 20 }, (_, index) => 0x3c + index),
  because: null,
} as const;

describe('a row of the hex view', () => {
  it('has two digits and a character for each byte', () => {
    const row = byteRow([stored], 0x1004n, 8);
    expect(row.kind).to.equal('stored');
    expect(row.digits).to.equal('40 41 42 43 44 45 46 47');
    expect(row.text).to.equal('@ABCDEFG');
  });

  it('says which of its bytes have which state', () => {
    const gone = { ...stored, address: 0x1014n, lengthInBytes: 4, state: 'excluded', bytes: null };
    const row = byteRow([stored, gone as never], 0x1010n, 16);
    expect(row.kind).to.equal('mixed');
    expect(row.kinds).to.deep.equal([
      { kind: 'stored', count: 4 },
      { kind: 'excluded', count: 4 },
      { kind: 'waiting', count: 8 },
    ]);
    expect(row.digits.slice(9, 17)).to.equal('4f ·· ··');
    expect(row.text).to.have.length(16);
  });

  it('waits where nothing was read', () => {
    expect(byteRow(undefined, 0n, 8).kind).to.equal('waiting');
  });

  it('is one piece, unless a byte is selected or states differ', () => {
    const row = byteRow([stored], 0x1004n, 8);
    expect(digitPieces(row, -1)).to.have.length(1);
    expect(digitPieces(row, 2)).to.deep.equal([
      { kind: 'stored', digits: '40 41 ', isChosen: false },
      { kind: 'stored', digits: '42', isChosen: true },
      { kind: 'stored', digits: ' 43 44 45 46 47', isChosen: false },
    ]);
  });

  it('loses no digit to its pieces, wherever a byte is selected', () => {
    const gone = { ...stored, address: 0x1014n, lengthInBytes: 4, state: 'excluded', bytes: null };
    const row = byteRow([stored, gone as never], 0x100cn, 16);
    for (let chosen = -1; chosen < 16; chosen++) {
      const pieces = digitPieces(row, chosen);
      expect(pieces.map(({ digits }) => digits).join('')).to.equal(row.digits);
      expect(pieces.filter(({ isChosen }) => isChosen)).to.have.length(chosen < 0 ? 0 : 1);
    }
  });
});
