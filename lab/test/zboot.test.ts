import { zbootPayload } from '@vmcorekit/lab/packages/zboot';
import { expect } from 'chai';

describe('a kernel image that unpacks itself under UEFI', () => {
  it('names its compression and holds what is packed', () => {
    const image = Buffer.alloc(0x80);
    image.write('MZ\0\0zimg', 0, 'latin1');
    image.writeUInt32LE(0x40, 8);
    image.writeUInt32LE(6, 12);
    image.write('zstd\0', 24, 'latin1');
    image.write('packed', 0x40, 'latin1');
    expect(zbootPayload(image)).to.deep.equal({
      compression: 'zstd',
      data: Buffer.from('packed'),
    });
  });

  it('is not taken for one where the mark is another', () => {
    expect(zbootPayload(Buffer.alloc(0x80))).to.equal(undefined);
  });
});
