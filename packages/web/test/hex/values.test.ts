import { expect } from 'chai';
import { numbersAt } from '../../dist/page/hex/values.js';

describe('numbers at a byte', () => {
  const bytes = [0x12, 0x34, 0x56, 0x78, 0x9a];

  it('are read in the byte order of the kernel', () => {
    const values = (order: 'little' | 'big') => numbersAt(bytes, order).map(({ value }) => value);
    expect(values('little')).to.deep.equal([0x12n, 0x3412n, 0x78563412n, null]);
    expect(values('big')).to.deep.equal([0x12n, 0x1234n, 0x12345678n, null]);
  });
});
