import { expect } from 'chai';
import { byteRow } from '../../dist/page/hex/byte-row.js';

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
    expect(row.digits.join(' ')).to.equal('40 41 42 43 44 45 46 47');
    expect(row.text).to.equal('@ABCDEFG');
  });

  it('says which of its bytes have which state', () => {
    const gone = { ...stored, address: 0x1014n, lengthInBytes: 4, state: 'excluded', bytes: null };
    const row = byteRow([stored, gone as never], 0x1010n, 16);
    expect(row.kind).to.equal('mixed');
    expect(row.kinds.slice(3, 9)).to.deep.equal([
      'stored',
      ...Array.from({ length: 4 }, () => 'excluded'),
      'waiting',
    ]);
    expect(row.digits.slice(3, 6)).to.deep.equal(['4f', '··', '··']);
    expect(row.text).to.have.length(16);
  });

  it('waits where nothing was read', () => {
    expect(byteRow(undefined, 0n, 8).kind).to.equal('waiting');
  });
});
