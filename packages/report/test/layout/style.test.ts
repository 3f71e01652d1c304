import { plainStyle } from '@vmcorekit/report';
import { expect } from 'chai';

describe('the plain style', () => {
  it('leaves every text as it is', () => {
    const { width, ...paints } = plainStyle(72);
    expect(width).to.equal(72);
    expect(Object.values(paints).map((paint) => paint('certain'))).to.deep.equal(
      Array(5).fill('certain'),
    );
  });

  it('is without end for a reader that is a program', () => {
    expect(plainStyle().width).to.equal(Number.POSITIVE_INFINITY);
  });
});
