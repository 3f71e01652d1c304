import { expect } from 'chai';
import fc from 'fast-check';
import { measuredSize } from '../dist/measured-size.js';

describe('measuredSize', () => {
  it('finds any size, in some hundred questions', () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeNat(), fc.nat(5000)), (size) => {
        let questions = 0;
        const found = measuredSize((fileOffset) => {
          questions++;
          return fileOffset < size;
        });
        expect(found).to.equal(size);
        expect(questions).to.be.at.most(110);
      }),
    );
  });

  it('ends where the bytes never do', () => {
    expect(measuredSize(() => true)).to.equal(Number.MAX_SAFE_INTEGER);
  });
});
