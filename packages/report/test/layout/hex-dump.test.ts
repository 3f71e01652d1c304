import { hexDump } from '@vmcorekit/report';
import { expect } from 'chai';
import fc from 'fast-check';
import { hexText } from '../../dist/layout/hex-dump.js';

describe('bytes as text', () => {
  it('are two hexadecimal digits each', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(hexText(bytes)).to.equal(Buffer.from(bytes).toString('hex'));
      }),
    );
  });

  it('stand at aligned addresses in a hex dump', () => {
    expect(hexDump(Uint8Array.of(0x41, 0x00, 0xff), 0x100en)).to.deep.equal([
      '0000000000001000                                             41 00  |              A.|',
      '0000000000001010  ff                                                |.               |',
    ]);
  });
});
