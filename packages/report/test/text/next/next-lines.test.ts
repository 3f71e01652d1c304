import type { MemoryLayout } from '@vmcorekit/core';
import { expect } from 'chai';
import { placingHints } from '../../../dist/text/next/next-lines.js';

const padded: MemoryLayout = {
  name: '0x0 to 0x1000',
  placed: [{ address: 0, lengthInBytes: 0x1000, fileOffset: 0 }],
  basis: 'assumed',
  because: 'each byte lies at the address that is its offset in the file',
  at: [],
  architectures: null,
};

function hintsFor(layout: MemoryLayout, isProved: boolean, ...files: readonly string[]) {
  return placingHints(files, { layout, isProved, because: '', others: [] });
}

describe('how raw memory is named, with its addresses', () => {
  it('is said where each byte may lie at its own address, and nothing proves it', () => {
    expect(hintsFor(padded, false, 'my ram').join()).to.match(/then name it 'my ram@0'$/);
  });

  it('is not said where it is proved, given, or not taken to be so', () => {
    const fromGib = [{ address: 2 ** 30, lengthInBytes: 0x1000, fileOffset: 0 }];
    expect(hintsFor(padded, true, 'ram')).to.deep.equal([]);
    expect(hintsFor({ ...padded, basis: 'told' }, false, 'ram@0')).to.deep.equal([]);
    expect(hintsFor({ ...padded, placed: fromGib }, false, 'ram')).to.deep.equal([]);
    expect(hintsFor(padded, false, 'one', 'two')).to.deep.equal([]);
    expect(placingHints(['ram'], undefined)).to.deep.equal([]);
  });
});
