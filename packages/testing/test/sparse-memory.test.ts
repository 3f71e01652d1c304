import { isVmcorekitError } from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

function stateMet(look: () => unknown): string {
  try {
    look();
    return 'readable';
  } catch (error) {
    return isVmcorekitError(error, 'page-unreadable') ? error.facts.state : String(error);
  }
}

describe('SparseMemory', () => {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x4000 }] });
  memory.write(0xffe, Uint8Array.of(1, 2, 3, 4));
  memory.exclude(0x3000);

  it('keeps what is written across pages, and reads as zero where nothing was', () => {
    expect([...memory.read(0xffc, 8)]).to.deep.equal([0, 0, 1, 2, 3, 4, 0, 0]);
    expect([...memory.read(0x2000, 2)]).to.deep.equal([0, 0]);
  });

  it('distinguishes stored, zero, excluded and absent pages', () => {
    expect([0, 1, 2, 3, 4].map((pfn) => memory.pageState(pfn))).to.deep.equal([
      'stored',
      'stored',
      'zero',
      'excluded',
      'absent',
    ]);
    expect(
      [0x2000, 0x3000, 0x4000].map((address) => stateMet(() => memory.read(address, 1))),
    ).to.deep.equal(['readable', 'excluded', 'absent']);
  });

  it('lists only stored pages as worth a search, cut to the range asked for', () => {
    expect([...memory.storedRuns()]).to.deep.equal([
      { start: 0, end: 0x1000 },
      { start: 0x1000, end: 0x2000 },
    ]);
    expect([...memory.storedRuns(0x800, 0x1000)]).to.deep.equal([{ start: 0x800, end: 0x1000 }]);
  });

  it('refuses a view across pages, and counts the pages read', () => {
    const counted = new SparseMemory({ ranges: [{ start: 0, end: 0x4000 }] });
    expect(() => counted.withView(0xfff, 2, () => 0)).to.throw('crosses a page');
    counted.read(0xfff, 2);
    counted.read(0, 1);
    expect(counted.pagesRead).to.equal(2);
  });

  it('writes words in its byte order', () => {
    const big = new SparseMemory({ ranges: [{ start: 0, end: 0x1000 }], byteOrder: 'big' });
    big.writeUint64(8, 0x0102030405060708n);
    expect([...big.read(8, 8)]).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(big.readUint64(8)).to.equal(0x0102030405060708n);
  });
});
