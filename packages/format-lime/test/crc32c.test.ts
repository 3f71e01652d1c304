import { expect } from 'chai';
import { maskedCrc32c } from '../dist/crc32c.js';

describe('the masked CRC-32C', () => {
  it('is what the specification of framed snappy makes of known sums', () => {
    const masked = (sum: number) => (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
    // RFC 3720, appendix B.4, and the check value of the polynomial.
    expect(maskedCrc32c(new Uint8Array(32))).to.equal(masked(0x8a9136aa));
    expect(maskedCrc32c(new Uint8Array(32).fill(0xff))).to.equal(masked(0x62a8ab43));
    expect(maskedCrc32c(Uint8Array.from({ length: 32 }, (_, at) => at))).to.equal(
      masked(0x46dd794e),
    );
    expect(maskedCrc32c(Buffer.from('123456789'))).to.equal(masked(0xe3069283));
  });
});
