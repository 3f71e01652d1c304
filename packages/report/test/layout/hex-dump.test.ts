import { hexDump } from '@vmcorekit/report';
import { expect } from 'chai';

describe('hexDump', () => {
  it('shows bytes at aligned addresses', () => {
    expect(hexDump(Uint8Array.of(0x41, 0x00, 0xff), 0x100en)).to.deep.equal([
      '0000000000001000                                             41 00  |              A.|',
      '0000000000001010  ff                                                |.               |',
    ]);
  });
});
