import { createHash } from 'node:crypto';
import { extractSavedProc } from '@vmcorekit/lab/truth/saved-proc';
import { expect } from 'chai';

function diskOf(text: string, digest = createHash('sha256').update(text).digest('hex')): Buffer {
  return Buffer.concat([
    Buffer.from(`LAB-PROC ${Buffer.byteLength(text)} ${digest}\n${text}`),
    Buffer.alloc(100),
  ]);
}

describe('the /proc that a guest saved on its disk', () => {
  it('is what comes after the line with its length', () => {
    expect(extractSavedProc(diskOf('{"links":"→"}'))).to.equal('{"links":"→"}');
  });

  it('is refused where a byte differs from what the guest wrote', () => {
    const disk = diskOf('{"schema":1}');
    disk[disk.indexOf('1}')] = 0x32;
    expect(() => extractSavedProc(disk)).to.throw('not what the guest saved');
  });

  it('is refused where the disk is empty', () => {
    expect(() => extractSavedProc(new Uint8Array(512))).to.throw('saved no /proc');
  });
});
